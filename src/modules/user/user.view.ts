import type { User } from "./user.entity.js";

/** Everything about a user that GraphQL shows, and nothing that it does not: no password hash. */
export type UserView = Pick<
  User,
  | "id"
  | "email"
  | "emailVerified"
  | "username"
  | "name"
  | "picture"
  | "phoneNumber"
  | "gender"
  | "locale"
  | "role"
  | "status"
  | "hasPassword"
  | "totpEnabled"
  | "createdAt"
  | "updatedAt"
  | "lastLoginAt"
>;
