import {
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  TokenKind,
} from "graphql";

/** How much a document asks for, with every fragment counted wherever it is spread. */
export interface DocumentSize {
  /** Levels of fields. */
  readonly depth: number;
  readonly fields: number;
  readonly aliases: number;
  readonly directives: number;
  /** Validation prints the arguments to compare them. */
  readonly fieldsWithArguments: number;
}

export type Fragments = Map<string, FragmentDefinitionNode>;

export function fragmentsOf({ definitions }: DocumentNode): Fragments {
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
}

const OPENING: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/** How many brackets stand within each other, be they of selections, of values or of types. */
export function nestingOf({ loc }: DocumentNode): number {
  let [open, deepest] = [0, 0];
  for (let token = loc?.startToken ?? null; token !== null; token = token.next) {
    if (OPENING.has(token.kind)) deepest = Math.max(deepest, ++open);
    else if (CLOSING.has(token.kind)) open--;
  }
  return deepest;
}

const NOTHING: DocumentSize = { depth: 0, fields: 0, aliases: 0, directives: 0, fieldsWithArguments: 0 };

/** Deeper than any limit, and shallower than what the stack holds: of graphql-js's validation, too. */
export const MAX_NESTING = 250;
const BOTTOMLESS: DocumentSize = { ...NOTHING, depth: Number.POSITIVE_INFINITY };

function isBottomless({ depth }: DocumentSize): boolean {
  return depth === BOTTOMLESS.depth;
}

/**
 * Measures documents before anything was checked about them: with fragments that are unknown, unused, spread in
 * circles, or spread so often that only counting them one by one would take for ever. Each is measured once.
 */
export class DocumentMeasure {
  readonly #fragments: Fragments;
  readonly #fragmentSizes = new Map<string, DocumentSize>();
  #nesting = 0;

  constructor(private readonly document: DocumentNode) {
    this.#fragments = fragmentsOf(document);
  }

  /** The largest of each kind that any definition has. Unused fragments count: validating them is work, too. */
  measure(): DocumentSize {
    return this.document.definitions
      .map((definition) => this.#measureDefinition(definition))
      .reduce(largest, NOTHING);
  }

  #measureDefinition(definition: DefinitionNode): DocumentSize {
    const own = { ...NOTHING, directives: definition.directives?.length ?? 0 };
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      const fragment = beside(own, this.#measureSelections(definition.selectionSet));
      // How deep it is shows where it is spread: below the schema's description of itself it may be deep.
      return isBottomless(fragment) ? fragment : { ...fragment, depth: 0 };
    }
    if (definition.kind !== Kind.OPERATION_DEFINITION) return own;
    const onVariables =
      definition.variableDefinitions?.flatMap((variable) => variable.directives ?? []) ?? [];
    return beside(
      { ...own, directives: own.directives + onVariables.length },
      this.#measureSelections(definition.selectionSet),
    );
  }

  #measureSelections(selectionSet: SelectionSetNode | undefined): DocumentSize {
    if (this.#nesting > MAX_NESTING) return BOTTOMLESS;
    this.#nesting += 1;
    const sizes = (selectionSet?.selections ?? []).map((selection) => this.#measureSelection(selection));
    this.#nesting -= 1;
    return sizes.reduce(beside, NOTHING);
  }

  #measureSelection(selection: SelectionNode): DocumentSize {
    const own = { ...NOTHING, directives: selection.directives?.length ?? 0 };
    switch (selection.kind) {
      case Kind.FRAGMENT_SPREAD:
        return beside(own, this.#measureFragment(selection.name.value));
      case Kind.INLINE_FRAGMENT:
        return beside(own, this.#measureSelections(selection.selectionSet));
      case Kind.FIELD: {
        const below = this.#measureSelections(selection.selectionSet);
        const field = {
          ...own,
          depth: depthWith(selection.name.value, below),
          fields: 1,
          aliases: selection.alias === undefined ? 0 : 1,
          fieldsWithArguments: selection.arguments?.length ? 1 : 0,
        };
        return beside(field, { ...below, depth: 0 });
      }
    }
  }

  #measureFragment(name: string): DocumentSize {
    const known = this.#fragmentSizes.get(name);
    if (known !== undefined) return known;
    // Met again on the way down it contains itself: another rule says so.
    this.#fragmentSizes.set(name, NOTHING);
    const size = this.#measureSelections(this.#fragments.get(name)?.selectionSet);
    this.#fragmentSizes.set(name, size);
    return size;
  }
}

/** The schema's description of itself is deep; graphql-js has a limit of its own for going round in it. */
function depthWith(fieldName: string, below: DocumentSize): number {
  return fieldName.startsWith("__") && !isBottomless(below) ? 1 : below.depth + 1;
}

function beside(one: DocumentSize, other: DocumentSize): DocumentSize {
  return {
    depth: Math.max(one.depth, other.depth),
    fields: one.fields + other.fields,
    aliases: one.aliases + other.aliases,
    directives: one.directives + other.directives,
    fieldsWithArguments: one.fieldsWithArguments + other.fieldsWithArguments,
  };
}

function largest(one: DocumentSize, other: DocumentSize): DocumentSize {
  return {
    depth: Math.max(one.depth, other.depth),
    fields: Math.max(one.fields, other.fields),
    aliases: Math.max(one.aliases, other.aliases),
    directives: Math.max(one.directives, other.directives),
    fieldsWithArguments: Math.max(one.fieldsWithArguments, other.fieldsWithArguments),
  };
}
