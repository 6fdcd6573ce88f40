import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
} from "graphql";
import type { Choices } from "./choices.js";
import { chooseInput, printLiteral } from "./literals.js";

export interface Operation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A document that is valid by the schema, but for the input that it carries. */
export function chooseOperation(choices: Choices, schema: GraphQLSchema, mayMutate = true): Operation {
  return new DocumentWriter(choices, schema, mayMutate).write();
}

class DocumentWriter {
  readonly #declarations: string[] = [];
  readonly #fragments: string[] = [];
  readonly #variables: Record<string, unknown> = {};
  #aliases = 0;

  constructor(
    private readonly choices: Choices,
    private readonly schema: GraphQLSchema,
    private readonly mayMutate: boolean,
  ) {}

  write(): Operation {
    const isMutation = this.mayMutate && this.choices.below(5) > 1;
    const root = isMutation ? this.schema.getMutationType() : this.schema.getQueryType();
    if (!root) throw new Error("The schema lacks a root type");
    const fields = this.choices.some(Object.values(root.getFields()), isMutation ? 2 : 4);
    const selections = fields.map((field) => this.#field(field, 5));
    const declared = this.#declarations.length > 0 ? `(${this.#declarations.join(", ")})` : "";
    const head = `${isMutation ? "mutation" : "query"} ${this.choices.oneOf(["Fuzz", ""])}${declared}`;
    const query = `${head} { ${selections.join(" ")} } ${this.#fragments.join(" ")}`;
    return { query, variables: this.#variables };
  }

  /** Under an alias of its own: the same field twice must not ask for two things at once. */
  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const given = field.args.map((argument) => {
      const value = chooseInput(this.choices, argument.type, argument.name);
      const isInline = this.choices.once(3);
      const text = isInline ? printLiteral(this.choices, value) : this.#declare(String(argument.type), value);
      return `${argument.name}: ${text}`;
    });
    this.#aliases += 1;
    const alias = this.choices.once(2) || given.length > 0 ? `a${this.#aliases}: ` : "";
    const callee = `${alias}${field.name}${given.length > 0 ? `(${given.join(", ")})` : ""}`;
    return `${callee}${this.#directive()}${this.#selection(getNamedType(field.type), depth)}`;
  }

  #declare(type: string, value: unknown): string {
    const name = `$v${this.#declarations.length}`;
    this.#declarations.push(`${name}: ${type}`);
    if (!this.choices.once(25)) this.#variables[name.slice(1)] = value;
    return name;
  }

  #directive(): string {
    if (!this.choices.once(12)) return "";
    const name = this.choices.oneOf(["include", "skip"]);
    const condition = this.choices.once(2)
      ? this.#declare("Boolean!", true)
      : this.choices.oneOf(["true", "false"]);
    return ` @${name}(if: ${condition})`;
  }

  #selection(type: GraphQLNamedType, depth: number): string {
    if (!isCompositeType(type)) return "";
    if (depth === 0) return " { __typename }";
    if (isAbstractType(type)) return ` { __typename ${this.#members(type, depth).join(" ")} }`;
    const fields = this.choices.some(Object.values(type.getFields()), 6);
    return ` { __typename ${fields.map((field) => this.#field(field, depth - 1)).join(" ")} }`;
  }

  #members(type: Parameters<GraphQLSchema["getPossibleTypes"]>[0], depth: number): string[] {
    const errors = this.schema.getType("AuthError");
    const members: GraphQLNamedType[] = [...this.schema.getPossibleTypes(type)];
    if (isInterfaceType(errors)) members.push(errors);
    return this.choices
      .some(members, 4)
      .filter((member): member is GraphQLObjectType => isObjectType(member) || isInterfaceType(member))
      .map((member) => this.#fragment(member, depth - 1));
  }

  #fragment(type: GraphQLObjectType, depth: number): string {
    const selection = this.#selection(this.schema.getType(type.name) ?? type, depth);
    if (!this.choices.once(3)) return `... on ${type.name}${this.#directive()}${selection}`;
    const name = `F${this.#fragments.length}`;
    this.#fragments.push(`fragment ${name} on ${type.name}${selection}`);
    return `...${name}`;
  }
}
