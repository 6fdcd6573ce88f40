type Access = "public" | "user" | "recent" | "admin" | "recent admin";

export interface Rule {
  readonly access: Access;
  readonly call: string;
  /** The reason or else the code of the error by which it shows, where only an error does. */
  readonly answer?: string;
}

/** Who may use each root field, and a call of it by which it shows that it was let through. */
export const RULES: Readonly<Record<string, Rule>> = {
  "Query.me": { access: "user", call: "{ me { id } }" },
  "Query.user": { access: "admin", call: '{ user(id: "none") { id } }' },
  "Query.users": { access: "admin", call: "{ users { nodes { id } } }" },
  "Query.authSettings": { access: "public", call: "{ authSettings { signupEnabled } }" },
  "Query._service": { access: "public", call: "{ _service { sdl } }" },
  "Query._entities": { access: "user", call: "{ _entities(representations: []) { __typename } }" },
  "Query.securityEvents": { access: "admin", call: "{ securityEvents { nodes { id } } }" },
  "Mutation.signup": {
    access: "public",
    call: 'mutation { signup(input: { email: "", password: "" }) { __typename } }',
  },
  "Mutation.login": {
    access: "public",
    call: 'mutation { login(input: { identifier: "", password: "" }) { __typename } }',
  },
  "Mutation.refreshTokens": { access: "public", call: "mutation { refreshTokens { __typename } }" },
  "Mutation.logout": { access: "public", call: 'mutation { logout(refreshToken: "") }' },
  "Mutation.reauthenticate": {
    access: "user",
    call: "mutation { reauthenticate(input: {}) { __typename } }",
  },
  "Mutation.changePassword": {
    access: "user",
    call: 'mutation { changePassword(input: { currentPassword: "", newPassword: "" }) { __typename } }',
  },
  "Mutation.requestPasswordReset": {
    access: "public",
    call: 'mutation { requestPasswordReset(email: "nobody@example.org") }',
  },
  "Mutation.resetPassword": {
    access: "public",
    call: 'mutation { resetPassword(input: { token: "", newPassword: "" }) { __typename } }',
  },
  "Mutation.requestEmailVerification": {
    access: "public",
    call: 'mutation { requestEmailVerification(email: "nobody@example.org") }',
  },
  "Mutation.verifyEmail": {
    access: "public",
    call: 'mutation { verifyEmail(token: "") { __typename } }',
  },
  "Mutation.requestEmailChange": {
    access: "recent",
    call: 'mutation { requestEmailChange(newEmail: "") { __typename } }',
  },
  "Mutation.deleteAccount": { access: "recent", call: "mutation { deleteAccount }" },
  "Mutation.startTotpSetup": { access: "recent", call: "mutation { startTotpSetup { uri } }" },
  "Mutation.confirmTotpSetup": {
    access: "recent",
    call: 'mutation { confirmTotpSetup(code: "") { __typename } }',
  },
  "Mutation.disableTotp": { access: "recent", call: "mutation { disableTotp }" },
  "Mutation.regenerateRecoveryCodes": {
    access: "recent",
    call: "mutation { regenerateRecoveryCodes { codes } }",
    answer: "BAD_USER_INPUT",
  },
  "Mutation.revokeSession": { access: "user", call: 'mutation { revokeSession(id: "none") }' },
  "Mutation.revokeOtherSessions": { access: "user", call: "mutation { revokeOtherSessions }" },
  "Mutation.updateProfile": {
    access: "user",
    call: "mutation { updateProfile(input: {}) { __typename } }",
  },
  "Mutation.startPasskeyRegistration": {
    access: "recent",
    call: "mutation { startPasskeyRegistration { ceremonyId } }",
  },
  "Mutation.finishPasskeyRegistration": {
    access: "recent",
    call: 'mutation { finishPasskeyRegistration(input: { ceremonyId: "", response: {} }) { __typename } }',
  },
  "Mutation.startPasskeyReauthentication": {
    access: "user",
    call: "mutation { startPasskeyReauthentication { ceremonyId } }",
    answer: "BAD_USER_INPUT",
  },
  "Mutation.renamePasskey": {
    access: "user",
    call: 'mutation { renamePasskey(id: "none", name: "Key") { id } }',
  },
  "Mutation.removePasskey": { access: "recent", call: 'mutation { removePasskey(id: "none") }' },
  "Mutation.updateUser": {
    access: "recent admin",
    call: 'mutation { updateUser(id: "none", input: {}) { __typename } }',
  },
  "Mutation.deleteUser": { access: "recent admin", call: 'mutation { deleteUser(id: "none") }' },
  "Mutation.revokeUserSessions": { access: "admin", call: 'mutation { revokeUserSessions(userId: "none") }' },
  "Mutation.sendPasswordReset": { access: "admin", call: 'mutation { sendPasswordReset(userId: "none") }' },
  "Mutation.startPasskeyLogin": { access: "public", call: "mutation { startPasskeyLogin { ceremonyId } }" },
  "Mutation.finishPasskeyLogin": {
    access: "public",
    call: 'mutation { finishPasskeyLogin(input: { ceremonyId: "", response: {} }) { __typename } }',
  },
  "Mutation.removePassword": {
    access: "recent",
    call: "mutation { removePassword }",
    answer: "LAST_WAY_IN",
  },
  "Mutation.disableUserTotp": {
    access: "recent admin",
    call: 'mutation { disableUserTotp(userId: "none") }',
  },
};

/** Whom each field of a user is shown to, and how it is asked for. */
export const USER_FIELDS: Readonly<
  Record<string, { readonly access: "open" | "personal"; readonly ask?: string }>
> = {
  id: { access: "open" },
  email: { access: "personal" },
  emailVerified: { access: "personal" },
  username: { access: "open" },
  name: { access: "open" },
  picture: { access: "open" },
  phoneNumber: { access: "personal" },
  gender: { access: "open" },
  locale: { access: "open" },
  role: { access: "open" },
  status: { access: "open" },
  hasPassword: { access: "personal" },
  totpEnabled: { access: "personal" },
  recoveryCodesLeft: { access: "personal" },
  createdAt: { access: "open" },
  updatedAt: { access: "open" },
  lastLoginAt: { access: "open" },
  sessions: { access: "personal", ask: "sessions { id }" },
  passkeys: { access: "personal", ask: "passkeys { id }" },
  securityEvents: { access: "personal", ask: "securityEvents { nodes { id } }" },
};
