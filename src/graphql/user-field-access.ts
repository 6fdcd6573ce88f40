import { defaultFieldResolver, type GraphQLField, type GraphQLSchema, isObjectType } from "graphql";
import type { RequestContext } from "../context.js";
import { AppError } from "../lib/app-error.js";
import { FIELD_ACCESS, type FieldAccess } from "../lib/field-access.js";
import { Role } from "../modules/user/user.types.js";
import type { UserView } from "../modules/user/user.view.js";

type UserField = GraphQLField<UserView, RequestContext>;

/**
 * Has the fields of `User` that are marked as personal refuse themselves to others, wherever in an answer a user turns
 * up. Without a promise, so that `me`, which is asked all the time, pays nothing for it.
 *
 * @throws when a field says neither who may see it nor that everybody may
 */
export function guardUserFields(schema: GraphQLSchema): void {
  const user = schema.getType("User");
  const fields: UserField[] = isObjectType(user) ? Object.values(user.getFields()) : [];
  const undecided = fields.filter((field) => accessTo(field) === undefined);
  if (undecided.length > 0) {
    const names = undecided.map(({ name }) => name).join(", ");
    throw new Error(`Fields of User without @Open() or @Personal(): ${names}`);
  }
  for (const field of fields.filter((field) => accessTo(field) === "personal")) guard(field);
}

function accessTo({ extensions }: UserField): FieldAccess | undefined {
  return extensions[FIELD_ACCESS] as FieldAccess | undefined;
}

function guard(field: UserField): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (user, args, ctx, info) => {
    if (!isOwnerOrAdmin(user, ctx)) throw refusal(field.name);
    return resolve(user, args, ctx, info);
  };
  field.description = `${field.description} For the user themself and administrators; others get \`FORBIDDEN\`.`;
}

/** By who makes the request now: after a login or a refresh that is whoever was let in. */
function isOwnerOrAdmin({ id }: UserView, { viewer }: RequestContext): boolean {
  return viewer !== null && (viewer.user.id === id || viewer.user.role === Role.ADMIN);
}

function refusal(field: string): AppError {
  return new AppError("FORBIDDEN", `\`${field}\` is shown to the user themself and to administrators.`);
}
