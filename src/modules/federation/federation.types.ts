import { GraphQLError, GraphQLScalarType } from "graphql";
import { createUnionType, Field, ObjectType } from "type-graphql";
import { UserView } from "../user/user.view.js";

/** What a router says of an entity: whatever it likes. An own property of any name may be there, of any type. */
export type Representation = Readonly<Record<string, unknown>>;

/** Names and shapes are those of https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec */
export const AnyRepresentation = new GraphQLScalarType<Representation>({
  name: "_Any",
  description:
    'What stands for an entity of a supergraph: an object of its `__typename` and its key, such as `{ __typename: "User", id: "…" }`.',
  parseValue: requireObject,
});

/** TypeGraphQL would follow an array into the arrays in it, as deep as a body can have them and a stack cannot. */
function requireObject(value: unknown): Representation {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject) throw new GraphQLError("A representation is an object.");
  return value as Representation;
}

export const Entity = createUnionType({
  name: "_Entity",
  description: "What other subgraphs can refer to by its key.",
  types: () => [UserView] as const,
});

@ObjectType("_Service", { description: "This server as a subgraph." })
export class SubgraphService {
  @Field({
    description:
      "The schema in the words of Apollo Federation 2, to compose a supergraph of: with `@key`, and without `_service` and `_entities`.",
  })
  readonly sdl!: string;
}
