import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type SelectionSetNode,
  type ValidationRule,
} from "graphql";
import type { Config } from "../config/config.js";
import { CREDENTIAL_OPERATION } from "../lib/credential-operation.js";
import { MAX_PAGE_SIZE } from "../lib/paging.js";
import { DocumentMeasure, type Fragments, fragmentsOf, MAX_NESTING, nestingOf } from "./document-size.js";
import { DocumentValues } from "./document-values.js";

export type DocumentLimits = Pick<Config, "maxQueryDepth" | "maxAliases">;

/** The introspection query has 230, which is larger than what any client needs. */
const MAX_FIELDS = 400;
const MAX_DIRECTIVES = 50;
const MAX_FIELDS_WITH_ARGUMENTS = 50;
/** A hundred users with their sessions, say. Answering keeps the process busy for as many tens of microseconds. */
export const MAX_VALUES = 25_000;

/** An answer names so many faults of a document or its variables, and no more. */
export const MAX_REQUEST_ERRORS = 20;

class DocumentLimitError extends GraphQLError {}

/**
 * What a client is told of an error that says, as Apollo Server hands it on, that a document is beyond a limit: one of
 * ours or one of graphql-js's own. Null for every other error.
 */
export function describeExceededLimit(error: unknown): string | null {
  const original = error instanceof GraphQLError ? error.originalError : undefined;
  if (original instanceof DocumentLimitError) return original.message;
  const message = original?.message ?? "";
  // The parser is recursive, and how deep it gets is up to the process's stack.
  if (/^Maximum call stack/.test(message)) return "The document is nested too deeply.";
  // Validation counts how often it compares a field with another.
  if (/^Validation aborted/.test(message)) return "The document repeats its fields too often.";
  const [, tokens] = /^Syntax Error: Document contains more \w+ (\d+) tokens/.exec(message) ?? [];
  return tokens === undefined ? null : `The document is too long: ${tokens} tokens are allowed.`;
}

/**
 * What a document may ask for, decided before any resolver runs and before the other rules look at it: some of them
 * compare every field with every other. The number of tokens is limited earlier, while it is parsed.
 */
export function createDocumentLimitsRule(limits: DocumentLimits): ValidationRule {
  return (context) => {
    const document = context.getDocument();
    const schema = context.getSchema();
    const excess =
      describeExcess(document, limits) ??
      describeUnknownOperation(document, schema) ??
      describeCredentialExcess(document, schema) ??
      describeValueExcess(document, schema);
    return {
      Document() {
        if (excess === null) return undefined;
        context.reportError(new DocumentLimitError(excess));
        // Instead of the one that is too large: the other rules have nothing to do.
        return { ...document, definitions: [] };
      },
    };
  };
}

function describeExcess(
  document: DocumentNode,
  { maxQueryDepth, maxAliases }: DocumentLimits,
): string | null {
  if (nestingOf(document) > MAX_NESTING) return "The document is nested too deeply.";
  const { depth, fields, aliases, directives, fieldsWithArguments } = new DocumentMeasure(document).measure();
  if (depth > maxQueryDepth) return `The document is nested too deeply: ${maxQueryDepth} levels are allowed.`;
  if (aliases > maxAliases) return `The document has too many aliases: ${maxAliases} are allowed.`;
  if (fields > MAX_FIELDS) return `The document has too many fields: ${MAX_FIELDS} are allowed.`;
  if (fieldsWithArguments > MAX_FIELDS_WITH_ARGUMENTS)
    return `The document has too many fields with arguments: ${MAX_FIELDS_WITH_ARGUMENTS} are allowed.`;
  if (directives > MAX_DIRECTIVES)
    return `The document has too many directives: ${MAX_DIRECTIVES} are allowed.`;
  return null;
}

/** graphql-js would find out while executing, and Apollo Server answer with 200. */
function describeUnknownOperation({ definitions }: DocumentNode, schema: GraphQLSchema): string | null {
  const unknown = definitions.find(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && schema.getRootType(definition.operation) == null,
  );
  return unknown === undefined ? null : "There are no subscriptions here.";
}

function describeCredentialExcess(document: DocumentNode, schema: GraphQLSchema): string | null {
  const mutations = schema.getMutationType()?.getFields() ?? {};
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const attempts = listRootFields(definition.selectionSet, fragmentsOf(document)).filter(
      ({ name }) => mutations[name.value]?.extensions[CREDENTIAL_OPERATION] === true,
    );
    // Under one response key fields are one: they run once.
    const responseKeys = new Set(attempts.map(({ alias, name }) => (alias ?? name).value));
    if (responseKeys.size > 1) {
      const names = [...new Set(attempts.map(({ name }) => name.value))].join(", ");
      return `One request tries one credential: send ${names} in requests of their own.`;
    }
  }
  return null;
}

function describeValueExcess(document: DocumentNode, schema: GraphQLSchema): string | null {
  if (new DocumentValues(document, schema).count() <= MAX_VALUES) return null;
  return (
    `The document asks for too many values, as lists in lists multiply: ${MAX_VALUES} are allowed. ` +
    `Ask for smaller pages, with numbers in the document: a variable counts as ${MAX_PAGE_SIZE}.`
  );
}

function listRootFields(selectionSet: SelectionSetNode, fragments: Fragments): FieldNode[] {
  return selectionSet.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return listRootFields(selection.selectionSet, fragments);
    const fragment = fragments.get(selection.name.value);
    // Once is enough, and going round in circles would not end.
    fragments.delete(selection.name.value);
    return fragment === undefined ? [] : listRootFields(fragment.selectionSet, fragments);
  });
}
