import { Extensions } from "type-graphql";

/** Key of the GraphQL field extension that marks a root field as open to everybody. */
export const PUBLIC_OPERATION = "publicOperation";

/**
 * Opens a root field to everybody. Default is deny: building the schema fails on a root field that carries
 * neither this nor `@Authorized(...)`.
 */
export function Public(): MethodDecorator & PropertyDecorator {
  return Extensions({ [PUBLIC_OPERATION]: true });
}
