import { SecurityEvent } from "../../src/modules/security-event/security-event.entity.js";
import { User } from "../../src/modules/user/user.entity.js";
import { Role, UserStatus } from "../../src/modules/user/user.types.js";
import { type Account, signedUp } from "./journeys.js";
import type { GraphqlAnswer, TestApp } from "./test-app.js";

const DOCUMENTS = {
  updateUser: `
    mutation ($id: ID!, $input: UpdateUserInput!) {
      result: updateUser(id: $id, input: $input) {
        __typename
        ... on User {
          id email emailVerified username name picture phoneNumber gender locale role status updatedAt
        }
        ... on AuthError { code message } ... on InvalidInput { fields { field code message } }
      }
    }`,
  deleteUser: "mutation ($id: ID!) { result: deleteUser(id: $id) }",
  revokeUserSessions: "mutation ($id: ID!) { result: revokeUserSessions(userId: $id) }",
  sendPasswordReset: "mutation ($id: ID!) { result: sendPasswordReset(userId: $id) }",
} as const;

export type Deed = keyof typeof DOCUMENTS;

export const DEEDS = Object.keys(DOCUMENTS) as readonly Deed[];

export interface Whom {
  readonly id: string;
  /** Of updateUser. */
  readonly input?: Readonly<Record<string, unknown>>;
}

/** The answer, errors of the top level included. */
export function administer(
  app: TestApp,
  { token, ...whom }: Whom & { readonly token: string | undefined },
  deed: Deed,
): Promise<GraphqlAnswer> {
  const variables = { input: {}, ...whom };
  return app.graphql(DOCUMENTS[deed], { variables, ...(token === undefined ? {} : { token }) });
}

/** The result of updateUser where it is allowed. */
export async function updateUser(
  app: TestApp,
  token: string,
  { id, ...input }: { readonly id: string } & Readonly<Record<string, unknown>>,
) {
  return (await administer(app, { token, id, input }, "updateUser")).body.data.result;
}

/** As the first administrator of an installation becomes one: not by GraphQL. */
export async function makeAdmin(app: TestApp, { userId }: Pick<Account, "userId">): Promise<void> {
  await app.orm.em.fork().nativeUpdate(User, { id: userId }, { role: Role.ADMIN });
}

export async function signedUpAdmin(
  app: TestApp,
  input: Readonly<Record<string, unknown>> = {},
): Promise<Account> {
  const account = await signedUp(app, input);
  await makeAdmin(app, account);
  return account;
}

/** New ones, and nobody but them. */
export async function onlyAdmins(app: TestApp, count: number): Promise<Account[]> {
  await app.orm.em.fork().nativeUpdate(User, { role: Role.ADMIN }, { role: Role.USER });
  return Promise.all(Array.from({ length: count }, () => signedUpAdmin(app)));
}

/** The ids of those who can administer. */
export async function activeAdmins(app: TestApp): Promise<string[]> {
  const active = { role: Role.ADMIN, status: UserStatus.ACTIVE };
  return (await app.orm.em.fork().find(User, active)).map(({ id }) => id);
}

export const storedUser = (app: TestApp, { userId }: Pick<Account, "userId">): Promise<User> =>
  app.orm.em.fork().findOneOrFail(User, { id: userId });

/** What is on record of an account, in order, and who has done it where that is not its owner. */
export function eventsOf(
  app: TestApp,
  { userId }: Pick<Account, "userId">,
): Promise<Pick<SecurityEvent, "type" | "actorId">[]> {
  return app.orm.em.fork().find(SecurityEvent, { userId }, { orderBy: { id: "asc" } });
}

/** What an administrator is on record for having done to somebody. */
export async function deedsOnRecord(
  app: TestApp,
  admin: Pick<Account, "userId">,
  user: Pick<Account, "userId">,
): Promise<string[]> {
  const events = await eventsOf(app, user);
  return events.filter(({ actorId }) => actorId === admin.userId).map(({ type }) => type);
}
