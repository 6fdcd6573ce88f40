import { type SmtpPatience, SmtpTransport } from "../../src/infra/smtp-transport.js";
import { type Mailbox, startMailbox } from "./mailbox.js";
import { type RequestOptions, TestApp } from "./test-app.js";

const ERRORS = `
  ... on AuthError {
    code message
    ... on InvalidToken { reason } ... on InvalidInput { fields { field code message } } ... on TooManyAttempts { retryAfter }
  }`;

export const DOCUMENTS = {
  verifyEmail: `mutation ($token: String!) { result: verifyEmail(token: $token) { __typename ... on EmailVerified { email } ${ERRORS} } }`,
  resetPassword: `mutation ($input: ResetPasswordInput!) { result: resetPassword(input: $input) { __typename ... on PasswordChanged { revokedSessions } ${ERRORS} } }`,
  changePassword: `mutation ($input: ChangePasswordInput!) { result: changePassword(input: $input) { __typename ... on PasswordChanged { revokedSessions } ${ERRORS} } }`,
  requestEmailChange: `mutation ($newEmail: String!) { result: requestEmailChange(newEmail: $newEmail) { __typename ... on EmailVerificationSent { email } ${ERRORS} } }`,
  requestPasswordReset: "mutation ($email: String!) { result: requestPasswordReset(email: $email) }",
  requestEmailVerification: "mutation ($email: String!) { result: requestEmailVerification(email: $email) }",
  deleteAccount: "mutation { result: deleteAccount }",
} as const;

/** The answer to an operation of the account's life, errors of the top level included. */
export function ask(
  app: TestApp,
  operation: keyof typeof DOCUMENTS,
  variables: Readonly<Record<string, unknown>>,
  options: Pick<RequestOptions, "token" | "headers"> = {},
) {
  return app.graphql(DOCUMENTS[operation], { variables, ...options });
}

/** The result of one that is allowed. */
export async function result(...request: Parameters<typeof ask>) {
  return (await ask(...request)).body.data.result;
}

export const verifyEmail = (app: TestApp, token: string) => result(app, "verifyEmail", { token });

export const resetPassword = (app: TestApp, token: string, newPassword: string) =>
  result(app, "resetPassword", { input: { token, newPassword } });

/** What a link carries. */
export const tokenOf = ({ link }: { readonly link: string }): string =>
  new URL(link).searchParams.get("token") ?? "";

/** Of the mail that resets a password. */
export const RESET_LINK = /\/reset-password\?/;

const mailboxes = new Set<Mailbox>();

afterAll(() => Promise.all([...mailboxes].map((mailbox) => mailbox.close())));

export async function openMailbox(options?: Parameters<typeof startMailbox>[0]): Promise<Mailbox> {
  const mailbox = await startMailbox(options);
  mailboxes.add(mailbox);
  return mailbox;
}

/** An app, and the mailbox that its mails come to. */
export async function startWithMailbox(
  environment: Readonly<Record<string, string>> = {},
  patience?: SmtpPatience,
): Promise<{ readonly app: TestApp; readonly mailbox: Mailbox }> {
  const mailbox = await openMailbox();
  const surroundings = patience && { mailTransport: transportTo(mailbox, patience) };
  const app = await TestApp.startDurable({ SMTP_URL: mailbox.url, ...environment }, surroundings);
  return { app, mailbox };
}

/** One that waits as long as a test can. */
export function transportTo({ url: smtpUrl }: Pick<Mailbox, "url">, patience: SmtpPatience): SmtpTransport {
  return new SmtpTransport(
    { smtpUrl, mailFrom: { name: null, address: "no-reply@latchkey.test" } },
    patience,
  );
}

/** Asks for a new password, and reads the mail. */
export async function receiveReset(app: TestApp, mailbox: Mailbox, email: string): Promise<string> {
  await result(app, "requestPasswordReset", { email });
  return tokenOf(await mailbox.next(email, RESET_LINK));
}
