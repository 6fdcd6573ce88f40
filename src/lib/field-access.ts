import { Extensions } from "type-graphql";

/** Key of the GraphQL field extension that says who is shown a field of `User`. */
export const FIELD_ACCESS = "fieldAccess";

export type FieldAccess = "open" | "personal";

/**
 * Opens a field of `User` to whoever gets to see the user. Default is deny: building the schema fails on a field that
 * carries neither this nor `@Personal()`.
 */
export const Open = (): MethodDecorator & PropertyDecorator => shownTo("open");

/** Shows a field of `User` to the user themself and to administrators only. */
export const Personal = (): MethodDecorator & PropertyDecorator => shownTo("personal");

function shownTo(access: FieldAccess): MethodDecorator & PropertyDecorator {
  return Extensions({ [FIELD_ACCESS]: access });
}
