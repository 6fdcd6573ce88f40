import { User } from "../../src/modules/user/user.entity.js";
import { login, newEmail, PASSWORD, SIGNUP, signedUp, signup, stateOf } from "../support/journeys.js";
import {
  RESET_LINK,
  resetPassword,
  result,
  startWithMailbox,
  tokenOf,
  verifyEmail,
} from "../support/mail-journeys.js";
import type { Mailbox } from "../support/mailbox.js";
import type { TestApp } from "../support/test-app.js";
import { trace } from "../support/trace.js";

const OTHER_PASSWORD = "another password entirely";

describe("with EMAIL_VERIFICATION=required", () => {
  let app: TestApp;
  let mailbox: Mailbox;

  beforeAll(async () => {
    ({ app, mailbox } = await startWithMailbox({ EMAIL_VERIFICATION: "required" }));
  });

  /** Signs up and follows the link. */
  async function verified(input: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const email = newEmail();
    expect(await signup(app, { email, ...input })).toEqual({ __typename: "EmailVerificationSent" });
    expect(await verifyEmail(app, tokenOf(await mailbox.next(email)))).toMatchObject({ email });
    return email;
  }

  test("10: the account begins with the link, and that it is missing shows after the right password only", async () => {
    const email = newEmail();
    const sent = await app.graphql(
      "mutation ($input: SignupInput!) { signup(input: $input) { __typename ... on EmailVerificationSent { email } } }",
      { variables: { input: { email, password: PASSWORD, username: "early.bird", name: "Ada" } } },
    );
    expect(sent.body.data.signup).toEqual({ __typename: "EmailVerificationSent", email });
    expect((await login(app, email)).__typename).toBe("EmailNotVerified");
    expect((await login(app, "Early.Bird")).__typename).toBe("EmailNotVerified");
    expect((await login(app, email, "a wrong password")).__typename).toBe("InvalidCredentials");
    expect(await verifyEmail(app, tokenOf(await mailbox.next(email)))).toMatchObject({ email });
    const payload = await login(app, "early.bird");
    expect(payload.user).toMatchObject({ email, emailVerified: true, username: "early.bird", name: "Ada" });
    expect((await login(app, email, "a wrong password")).__typename).toBe("InvalidCredentials");
  });

  test("the link is sent again for whoever asks", async () => {
    const email = newEmail();
    await signup(app, { email });
    const first = await mailbox.next(email);
    await result(app, "requestEmailVerification", { email });
    const second = await mailbox.next(email);
    expect(tokenOf(second)).toBe(tokenOf(first));
    expect(await verifyEmail(app, tokenOf(second))).toMatchObject({ email });
  });

  test("a signup that waits too long is gone", async () => {
    const email = newEmail();
    await signup(app, { email });
    const token = tokenOf(await mailbox.next(email));
    app.advanceSeconds(86_400);
    expect(await verifyEmail(app, token)).toMatchObject({ reason: "EXPIRED" });
    expect((await login(app, email)).__typename).toBe("InvalidCredentials");
    app.advanceSeconds(-86_400);
  });

  test("11: a repeated signup is indistinguishable, down to the statements, and the owner is told", async () => {
    const taken = await verified();
    // Of an instance that sends no mails: what they take is no part of the answer.
    const quiet = await app.startAnother({ EMAIL_VERIFICATION: "required" });
    const traceOf = (email: string) =>
      trace(quiet, SIGNUP, { input: { email, password: OTHER_PASSWORD, name: "Eve" } });
    const unknown = newEmail();
    const [ofTaken, ofUnknown] = [await traceOf(taken), await traceOf(unknown)];
    expect(ofTaken).toEqual(ofUnknown);
    expect(ofTaken.statements.length).toBeGreaterThan(2);
    expect((await mailbox.next(taken)).subject).toMatch(/already have an account/);
    expect((await mailbox.next(unknown)).link).toContain("/verify-email?");
    // Nor does what whoever signed up can try next.
    expect((await login(app, taken, OTHER_PASSWORD)).__typename).toBe("EmailNotVerified");
    expect((await login(app, unknown, OTHER_PASSWORD)).__typename).toBe("EmailNotVerified");
    expect((await login(app, taken, "wrong password")).__typename).toBe("InvalidCredentials");
    expect((await login(app, unknown, "wrong password")).__typename).toBe("InvalidCredentials");
    expect((await login(app, taken)).__typename).toBe("AuthPayload");
  });

  test("11: nor does a username that was asked for together with the address", async () => {
    const [taken, unknown] = [await verified(), newEmail()];
    const probe = async (email: string, username: string) => [
      await signup(app, { email, username }),
      await signup(app, { email, username }),
      await signup(app, { email: newEmail(), username }),
    ];
    expect(await probe(taken, "probe-one")).toEqual(await probe(unknown, "probe-two"));
  });

  test("11: whoever waits for an address clears no counter of its owner", async () => {
    const limited = await startWithMailbox({
      EMAIL_VERIFICATION: "required",
      LOGIN_ATTEMPTS_PER_ACCOUNT: "3",
    });
    const email = newEmail();
    await signup(limited.app, { email });
    await verifyEmail(limited.app, tokenOf(await limited.mailbox.next(email)));
    await signup(limited.app, { email, password: OTHER_PASSWORD });
    const guesses = ["wrong 1", OTHER_PASSWORD, "wrong 2", OTHER_PASSWORD, "wrong 3"];
    const answers = [];
    for (const guess of guesses) answers.push((await login(limited.app, email, guess)).__typename);
    expect(answers).toEqual([
      "InvalidCredentials",
      "EmailNotVerified",
      "InvalidCredentials",
      "TooManyAttempts",
      "TooManyAttempts",
    ]);
  });

  test("whose link it was nobody can tell: with two passwords for one address neither of them counts", async () => {
    for (const isStrangerFirst of [true, false]) {
      const email = newEmail();
      const own = () => signup(app, { email });
      const strangers = () => signup(app, { email, password: OTHER_PASSWORD });
      for (const sign of isStrangerFirst ? [strangers, own] : [own, strangers]) await sign();
      const links = [tokenOf(await mailbox.next(email)), tokenOf(await mailbox.next(email))];
      // The owner opens the latest, or asks once more.
      await result(app, "requestEmailVerification", { email });
      const asked = tokenOf(await mailbox.next(email));
      expect(links).toContain(asked);
      expect(await verifyEmail(app, asked)).toMatchObject({ email });
      for (const password of [PASSWORD, OTHER_PASSWORD]) {
        expect((await login(app, email, password)).__typename).not.toBe("AuthPayload");
      }
      const reset = tokenOf(await mailbox.next(email, RESET_LINK));
      expect((await resetPassword(app, reset, "chosen by the owner")).__typename).toBe("PasswordChanged");
      expect((await login(app, email, "chosen by the owner")).user.email).toBe(email);
      for (const link of links) {
        expect(await verifyEmail(app, link)).toMatchObject({ reason: link === asked ? "USED" : "REVOKED" });
      }
    }
  });

  test("whoever signs up once more with the same password keeps it", async () => {
    const email = newEmail();
    for (const name of ["Ada", "Ada Lovelace"]) await signup(app, { email, name });
    await mailbox.next(email);
    expect(await verifyEmail(app, tokenOf(await mailbox.next(email)))).toMatchObject({ email });
    expect((await login(app, email)).__typename).toBe("AuthPayload");
  });

  test("11: that an account has begun shows to nobody who waits for its address", async () => {
    const email = newEmail();
    await signup(app, { email });
    const own = tokenOf(await mailbox.next(email));
    await signup(app, { email, password: OTHER_PASSWORD });
    await verifyEmail(app, own);
    expect((await login(app, email, OTHER_PASSWORD)).__typename).toBe("EmailNotVerified");
    expect((await login(app, email, "a wrong password")).__typename).toBe("InvalidCredentials");
  });

  test("whoever is verified first has the username, the other gets an account without", async () => {
    const [first, second] = [newEmail(), newEmail()];
    for (const email of [first, second]) await signup(app, { email, username: "sought.after" });
    const link = async (email: string) => tokenOf(await mailbox.next(email));
    expect(await verifyEmail(app, await link(second))).toMatchObject({ email: second });
    expect(await verifyEmail(app, await link(first))).toMatchObject({ email: first });
    expect((await login(app, "sought.after")).user.email).toBe(second);
    expect((await login(app, first)).user.username).toBeNull();
    expect(await signup(app, { username: "Sought.After" })).toMatchObject({
      fields: [{ field: "username", code: "TAKEN" }],
    });
  });

  test("33: of 16 who follow a link at once, one makes the account", async () => {
    const email = newEmail();
    await signup(app, { email, username: "one.of.16" });
    const token = tokenOf(await mailbox.next(email));
    const answers = await Promise.all(Array.from({ length: 16 }, () => verifyEmail(app, token)));
    expect(answers.filter(({ __typename }) => __typename === "EmailVerified")).toHaveLength(1);
    expect(answers.filter(({ reason }) => reason === "USED")).toHaveLength(15);
    expect(await app.orm.em.fork().count(User, { email })).toBe(1);
  });

  test("33: of two signups for one address that are followed at once, one makes the account", async () => {
    for (let round = 0; round < 5; round++) {
      const email = newEmail();
      const tokens = [];
      for (const username of ["racer.a", "racer.b"]) {
        await signup(app, { email, username });
        tokens.push(tokenOf(await mailbox.next(email)));
      }
      const answers = await Promise.all(tokens.map((token) => verifyEmail(app, token)));
      expect(answers.map(({ __typename, reason }) => reason ?? __typename).sort()).toEqual([
        "EmailVerified",
        "REVOKED",
      ]);
      await app.orm.em.fork().nativeDelete(User, { email });
    }
  });

  test("an account of before the policy has to be verified, once its owner logs in", async () => {
    const before = await app.startAnother({ EMAIL_VERIFICATION: "off" });
    const { email, accessToken } = await signedUp(before);
    expect((await login(app, email)).__typename).toBe("EmailNotVerified");
    expect((await login(app, email, "wrong password")).__typename).toBe("InvalidCredentials");
    expect(await stateOf(app, accessToken)).toBe("alive");
    await result(app, "requestEmailVerification", { email });
    expect(await verifyEmail(app, tokenOf(await mailbox.next(email)))).toMatchObject({ email });
    expect((await login(app, email)).__typename).toBe("AuthPayload");
  });
});
