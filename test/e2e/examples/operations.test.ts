import { RULES } from "../../support/access-table.js";
import { signedUpAdmin } from "../../support/administration.js";
import { type Account, newEmail, PASSWORD, signedUp } from "../../support/journeys.js";
import { ALL_OPERATIONS, nameOf, operations } from "../../support/operations.js";
import { addPasskey } from "../../support/passkey-logins.js";
import { TestApp } from "../../support/test-app.js";

/** Who asks: an administrator with a recent login and a passkey; and somebody else. */
interface People {
  readonly own: Account & { readonly passkeyId: string };
  readonly other: Account;
}

interface Trial {
  readonly variables?: (people: People) => Readonly<Record<string, unknown>>;
  /** What its root field is answered with; or the code of the error, where that shows that it was let through. */
  readonly answer?: unknown;
  readonly refusal?: string;
}

const NEW_PASSWORD = "another horse battery staple";
const passkeyAnswer = () => ({ input: { ceremonyId: "none", response: {} } });
const of = (__typename: string) => expect.objectContaining({ __typename });
const withNodes = expect.objectContaining({ nodes: expect.any(Array), pageInfo: expect.anything() });
const withId = expect.objectContaining({ id: expect.any(String) });
const ceremony = { ceremonyId: expect.any(String), options: expect.any(Object) };

const TRIALS: Readonly<Record<string, Trial>> = {
  AuthSettings: { answer: expect.objectContaining({ signupEnabled: true }) },
  Signup: {
    variables: () => ({ input: { email: newEmail(), password: PASSWORD } }),
    answer: of("AuthPayload"),
  },
  Login: {
    variables: ({ other }) => ({ input: { identifier: other.email, password: PASSWORD } }),
    answer: of("AuthPayload"),
  },
  RefreshTokens: {
    variables: ({ other }) => ({ refreshToken: other.refreshToken }),
    answer: of("AuthPayload"),
  },
  Logout: { variables: ({ other }) => ({ refreshToken: other.refreshToken }), answer: true },
  Reauthenticate: { variables: () => ({ input: { password: PASSWORD } }), answer: of("Session") },
  Me: { answer: withId },
  UpdateProfile: { variables: () => ({ input: { name: "Ada", gender: null } }), answer: of("User") },
  DeleteAccount: { answer: true },
  Sessions: { answer: { id: expect.any(String), sessions: [withId] } },
  RevokeSession: { variables: ({ own }) => ({ id: own.sessionId }), answer: true },
  RevokeOtherSessions: { answer: 0 },
  ChangePassword: {
    variables: () => ({ input: { currentPassword: PASSWORD, newPassword: NEW_PASSWORD } }),
    answer: { __typename: "PasswordChanged", revokedSessions: 0 },
  },
  RequestPasswordReset: { variables: ({ other }) => ({ email: other.email }), answer: true },
  ResetPassword: {
    variables: () => ({ input: { token: "none", newPassword: NEW_PASSWORD } }),
    answer: of("InvalidToken"),
  },
  RemovePassword: { answer: true },
  RequestEmailVerification: { variables: ({ other }) => ({ email: other.email }), answer: true },
  VerifyEmail: { variables: () => ({ token: "none" }), answer: of("InvalidToken") },
  RequestEmailChange: {
    variables: () => ({ newEmail: newEmail() }),
    answer: of("EmailVerificationSent"),
  },
  StartTotpSetup: { answer: expect.objectContaining({ secret: expect.any(String) }) },
  ConfirmTotpSetup: { variables: () => ({ code: "123456" }), answer: of("InvalidCode") },
  DisableTotp: { answer: false },
  RegenerateRecoveryCodes: { refusal: "BAD_USER_INPUT" },
  Passkeys: { answer: { id: expect.any(String), hasPassword: true, passkeys: [withId] } },
  StartPasskeyLogin: { answer: ceremony },
  FinishPasskeyLogin: { variables: passkeyAnswer, answer: of("InvalidPasskey") },
  StartPasskeyReauthentication: { answer: ceremony },
  StartPasskeyRegistration: { answer: ceremony },
  FinishPasskeyRegistration: { variables: passkeyAnswer, answer: of("InvalidPasskey") },
  RenamePasskey: { variables: ({ own }) => ({ id: own.passkeyId, name: "Key ring" }), answer: withId },
  RemovePasskey: { variables: ({ own }) => ({ id: own.passkeyId }), answer: true },
  MySecurityEvents: { answer: { id: expect.any(String), securityEvents: withNodes } },
  Users: {
    variables: ({ other }) => ({ first: 5, filter: { search: other.email } }),
    answer: withNodes,
  },
  User: {
    variables: ({ other }) => ({ id: other.userId }),
    answer: expect.objectContaining({ sessions: [withId] }),
  },
  SecurityEvents: {
    variables: ({ other }) => ({ first: 5, filter: { userId: other.userId } }),
    answer: withNodes,
  },
  UpdateUser: {
    variables: ({ other }) => ({ id: other.userId, input: { emailVerified: true } }),
    answer: of("User"),
  },
  DeleteUser: { variables: ({ other }) => ({ id: other.userId }), answer: true },
  RevokeUserSessions: { variables: ({ other }) => ({ userId: other.userId }), answer: 1 },
  DisableUserTotp: { variables: ({ other }) => ({ userId: other.userId }), answer: false },
  SendPasswordReset: { variables: ({ other }) => ({ userId: other.userId }), answer: true },
};

const isPublic = (field: string): boolean =>
  (RULES[`Query.${field}`] ?? RULES[`Mutation.${field}`])?.access === "public";

describe("the operations in examples, all of them sent at once with the name of one", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    // So that whoever is deleted is not the last one.
    await signedUpAdmin(app);
  });

  test("are each tried here", () => {
    expect(Object.keys(TRIALS).sort()).toEqual(operations.map(nameOf).sort());
  });

  test.each(Object.entries(TRIALS))("%s", async (operationName, { variables, answer = null, refusal }) => {
    const admin = await signedUpAdmin(app);
    const { id: passkeyId } = await addPasskey(app, admin.accessToken);
    const people: People = { own: { ...admin, passkeyId }, other: await signedUp(app) };
    const operation = operations.find((candidate) => nameOf(candidate) === operationName);
    const [root] = operation?.selectionSet.selections ?? [];
    const field = root?.kind === "Field" ? root.name.value : "";
    const { status, body } = await app.graphql(ALL_OPERATIONS, {
      operationName,
      variables: variables?.(people) ?? {},
      ...(isPublic(field) ? {} : { token: admin.accessToken }),
    });
    expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(refusal && [refusal]);
    expect([status, body.data?.[field] ?? null]).toEqual([200, answer]);
  });
});
