import {
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  type ValueNode,
} from "graphql";
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from "../lib/paging.js";
import { type Fragments, fragmentsOf } from "./document-size.js";

/** How many a list without pages is taken to have, such as `User.sessions`. */
const UNPAGED_LIST_SIZE = DEFAULT_PAGE_SIZE;

/**
 * Counts the values that a document may ask for, rows of lists among them: lists within lists multiply, which a few hundred
 * characters can do up to a million. It counts what could come at most, whatever the variables: directives leave nothing out.
 *
 * Like the measure of its size it takes documents that nobody has checked; each fragment is counted once.
 */
export class DocumentValues {
  readonly #fragments: Fragments;
  readonly #valuesOfFragments = new Map<string, number>();

  constructor(
    private readonly document: DocumentNode,
    private readonly schema: GraphQLSchema,
  ) {
    this.#fragments = fragmentsOf(document);
  }

  /** Of the operation that asks for most. */
  count(): number {
    const counts = this.document.definitions.map((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION
        ? this.countBelow(definition.selectionSet, this.schema.getRootType(definition.operation))
        : 0,
    );
    return Math.max(0, ...counts);
  }

  /** Of what a field of this type asks for, for each value of it. */
  countBelow(selectionSet: SelectionSetNode | undefined, type: GraphQLNamedType | null | undefined): number {
    let count = 0;
    for (const selection of selectionSet?.selections ?? []) {
      if (selection.kind === Kind.FIELD) count += this.#countField(selection, type);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) count += this.#countFragment(selection.name.value);
      else {
        const condition = selection.typeCondition?.name.value;
        const narrowed = condition === undefined ? type : this.schema.getType(condition);
        count += this.countBelow(selection.selectionSet, narrowed);
      }
    }
    return count;
  }

  #countFragment(name: string): number {
    const known = this.#valuesOfFragments.get(name);
    if (known !== undefined) return known;
    // Met again on the way down it contains itself: another rule says so.
    this.#valuesOfFragments.set(name, 0);
    const fragment = this.#fragments.get(name);
    const type = this.schema.getType(fragment?.typeCondition.name.value ?? "");
    const count = this.countBelow(fragment?.selectionSet, type);
    this.#valuesOfFragments.set(name, count);
    return count;
  }

  /** A field that the schema does not have has no value, and its description of itself none that multiply. */
  #countField(field: FieldNode, parent: GraphQLNamedType | null | undefined): number {
    if (field.name.value === "__typename") return 1;
    if (!isObjectType(parent) && !isInterfaceType(parent)) return 0;
    const definition = parent.getFields()[field.name.value];
    if (definition === undefined) return 0;
    const type = getNamedType(definition.type);
    const below = this.countBelow(field.selectionSet, type);
    if (isConnection(type)) return 1 + pageSizeOf(field) * below;
    const isList = isListType(getNullableType(definition.type));
    // The rows of a connection are counted with it.
    return 1 + (isList && !isConnection(parent) ? UNPAGED_LIST_SIZE : 1) * below;
  }
}

function isConnection(type: GraphQLNamedType): boolean {
  return isObjectType(type) && "pageInfo" in type.getFields();
}

/** What `first` and `last` say. Where both are given, or one is beyond what is allowed, the resolver refuses. */
function pageSizeOf({ arguments: args = [] }: FieldNode): number {
  const sizes = args
    .filter(({ name }) => name.value === "first" || name.value === "last")
    .filter(({ value }) => value.kind !== Kind.NULL)
    .map(({ value }) => sizeOf(value));
  return sizes.length === 0 ? DEFAULT_PAGE_SIZE : Math.max(...sizes);
}

function sizeOf(value: ValueNode): number {
  const size = value.kind === Kind.INT ? Number(value.value) : MAX_PAGE_SIZE;
  return Math.min(Math.max(size, 0), MAX_PAGE_SIZE);
}
