import {
  defaultFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  Kind,
} from "graphql";
import type { RequestContext } from "../context.js";
import { AppError } from "../lib/app-error.js";
import { MAX_VALUES } from "./document-limits.js";
import { DocumentValues } from "./document-values.js";

/**
 * Has `_entities` keep to the number of values that a document may ask for. What a document says is not enough here: how
 * many there are stands in its variables, and a router asks for all that a page of its own needs at once.
 */
export function limitEntityValues(schema: GraphQLSchema): void {
  const field = schema.getQueryType()?.getFields()._entities;
  if (field === undefined) return;
  const resolve = field.resolve ?? defaultFieldResolver;
  /** Of a request so far: under several aliases the same entities count several times. */
  const counts = new WeakMap<RequestContext, number>();
  field.resolve = (source, args, ctx: RequestContext, info) => {
    const count = (counts.get(ctx) ?? 0) + args.representations.length * countValuesOfEach(info);
    counts.set(ctx, count);
    if (count > MAX_VALUES) {
      throw new AppError(
        "BAD_REQUEST",
        `The entities have too many values together: ${MAX_VALUES} are allowed. Ask for fewer at once.`,
      );
    }
    return resolve(source, args, ctx, info);
  };
}

function countValuesOfEach({
  fieldNodes,
  fragments,
  operation,
  returnType,
  schema,
}: GraphQLResolveInfo): number {
  const definitions = [operation, ...Object.values(fragments)];
  const values = new DocumentValues({ kind: Kind.DOCUMENT, definitions }, schema);
  const type = getNamedType(returnType);
  return fieldNodes.reduce((count, field) => count + values.countBelow(field.selectionSet, type), 1);
}
