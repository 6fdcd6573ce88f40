import { composeServices } from "@apollo/composition";
import { Supergraph as ComposedSchema, parseOperation } from "@apollo/federation-internals";
import { type FetchNode, type PlanNode, QueryPlanner, type ResponsePath } from "@apollo/query-planner";
import { parse } from "graphql";
import type { GraphqlAnswer } from "./test-app.js";

type Answer = GraphqlAnswer["body"];
type Fields = Record<string, unknown>;

export interface Subgraph {
  readonly name: string;
  readonly sdl: string;
  answer(query: string, variables: Readonly<Record<string, unknown>>): Promise<Answer>;
}

/** @throws with every reason for which they make no supergraph, or would make a surprising one */
export function compose(subgraphs: readonly Omit<Subgraph, "answer">[]): string {
  const { supergraphSdl, errors, hints } = composeServices(
    subgraphs.map(({ name, sdl }) => ({ name, typeDefs: parse(sdl) })),
  );
  const complaints = [...(errors ?? []), ...(hints ?? [])].map(String);
  if (supergraphSdl === undefined || complaints.length > 0) throw new Error(complaints.join("\n"));
  return supergraphSdl;
}

/** Apollo's composition and query plans; the plans are carried out here, as far as the tests need it. */
export class Supergraph {
  readonly #schema: ComposedSchema;

  constructor(private readonly subgraphs: readonly Subgraph[]) {
    this.#schema = ComposedSchema.build(compose(subgraphs));
  }

  async ask(query: string): Promise<Answer> {
    const planner = new QueryPlanner(this.#schema);
    const { node } = planner.buildQueryPlan(parseOperation(this.#schema.apiSchema(), query));
    const data: Fields = {};
    const errors: NonNullable<Answer["errors"]>[number][] = [];
    if (node === undefined || node.kind === "Subscription") throw new Error("There is nothing to ask for");
    await this.#carryOut(node, { objects: [data], errors });
    return { data, errors };
  }

  async #carryOut(node: PlanNode, state: State): Promise<void> {
    if (node.kind === "Fetch") return this.#fetch(node, state);
    if (node.kind === "Flatten") {
      const objects = objectsAt(state.objects, node.path);
      return this.#carryOut(node.node, { ...state, objects });
    }
    if (node.kind !== "Sequence" && node.kind !== "Parallel") throw new Error(`Unknown: ${node.kind}`);
    for (const step of node.nodes) await this.#carryOut(step, state);
  }

  async #fetch({ serviceName, operation, requires }: FetchNode, { objects, errors }: State): Promise<void> {
    const subgraph = this.subgraphs.find(({ name }) => name === serviceName);
    if (subgraph === undefined) throw new Error(`There is no ${serviceName}`);
    const representations = objects.map(({ __typename, id }) => ({ __typename, id }));
    const answer = await subgraph.answer(operation, requires === undefined ? {} : { representations });
    errors.push(...(answer.errors ?? []));
    const found: readonly Fields[] = requires === undefined ? [answer.data] : (answer.data?._entities ?? []);
    for (const [i, object] of objects.entries()) Object.assign(object, found[i]);
  }
}

interface State {
  readonly objects: readonly Fields[];
  readonly errors: NonNullable<Answer["errors"]>[number][];
}

/** Those at the end of a path such as `posts.@.author`. */
function objectsAt(objects: readonly Fields[], [key, ...rest]: ResponsePath): readonly Fields[] {
  if (key === undefined) return objects;
  if (key === "@") return objectsAt(objects, rest);
  const below = objects.flatMap((object) => object[key] as Fields | readonly Fields[]);
  return objectsAt(below, rest);
}
