import { jest } from "@jest/globals";
import { HashPool } from "../../src/modules/password/hash-pool.js";
import { User } from "../../src/modules/user/user.entity.js";
import { eventually } from "../support/eventually.js";
import { login, newEmail, PASSWORD, signedUp, signup } from "../support/journeys.js";
import { ask, result, startWithMailbox, tokenOf, verifyEmail } from "../support/mail-journeys.js";
import type { Mailbox } from "../support/mailbox.js";
import type { TestApp } from "../support/test-app.js";

const OTHER_PASSWORD = "another fine secret";
const WORDS = "CALL 0900 555 NOW";

describe("mails that a stranger causes", () => {
  let app: TestApp;
  let mailbox: Mailbox;

  beforeAll(async () => {
    ({ app, mailbox } = await startWithMailbox());
  });

  /** Once everything was sent. */
  async function subjectsTo(email: string): Promise<readonly string[]> {
    await eventually(async () => {
      const [row] = await app.database.ask("select count(*) as n from outbox_mails");
      return Number(row?.n) === 0 ? true : undefined;
    });
    return mailbox.mails(email).map(({ subject }) => subject);
  }

  const countOf = (subjects: readonly string[], words: RegExp): number =>
    subjects.filter((subject) => words.test(subject)).length;

  test("15: whatever else was sent to an address, its owner can ask for a reset", async () => {
    const { email } = await signedUp(app);
    for (let i = 0; i < 8; i++) {
      await ask(app, "requestEmailVerification", { email });
      await signup(app, { email });
    }
    expect((await ask(app, "requestEmailVerification", { email })).body.errors).toMatchObject([
      { extensions: { code: "RATE_LIMITED" } },
    ]);
    expect(await result(app, "requestPasswordReset", { email })).toBe(true);
    expect(countOf(await subjectsTo(email), /Reset your password/)).toBe(1);
  });

  test("a mailbox is not filled by logging in to an account at its address, and a flood hides nothing else", async () => {
    const { email, accessToken: token } = await signedUp(app);
    for (let i = 0; i < 20; i++) {
      await login(app, email, PASSWORD, { headers: { "user-agent": `Firefox/${i}` } });
    }
    expect(countOf(await subjectsTo(email), /New login/)).toBe(5);
    const input = { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD };
    await result(app, "changePassword", { input }, { token });
    expect(countOf(await subjectsTo(email), /Your password was changed/)).toBe(1);
  });

  test("nor by signing up with it and deleting the account, again and again", async () => {
    const email = newEmail();
    for (let i = 0; i < 10; i++) {
      const { accessToken: token } = await signedUp(app, { email });
      expect(await result(app, "deleteAccount", {}, { token })).toBe(true);
    }
    const subjects = await subjectsTo(email);
    expect(countOf(subjects, /Confirm your email address/)).toBeLessThanOrEqual(5);
    expect(countOf(subjects, /was deleted/)).toBe(5);
    expect(subjects.length).toBeLessThanOrEqual(10);
  });

  test("who signs up with a stranger's address puts no words of their own into its mails", async () => {
    const { email, accessToken: token } = await signedUp(app, { name: WORDS, username: "call.0900.555" });
    const headers = { "user-agent": `${WORDS}/1 x`, "accept-language": WORDS };
    await app.graphql('mutation { updateProfile(input: { locale: "x-call-0900" }) { __typename } }', {
      token,
    });
    const attacker = await login(app, email, PASSWORD, { headers });
    const newAddress = "call-0900-555.evil.example/now@example.org";
    const asAttacker = { token: attacker.accessToken, headers };
    await result(app, "requestEmailChange", { newEmail: newAddress }, asAttacker);
    const change = tokenOf(await mailbox.next(newAddress));
    expect(await verifyEmail(app, change)).toMatchObject({ email: newAddress });
    expect(await subjectsTo(email)).toHaveLength(3);
    for (const { subject, text, html } of mailbox.mails(email)) {
      expect(`${subject}${text}${html}`).not.toMatch(/call.0900|evil\.example/i);
    }
  });

  test("35: the owner of a verified address is told which one has replaced it, and on which device", async () => {
    const { email, userId, accessToken: token } = await signedUp(app);
    await app.orm.em.fork().nativeUpdate(User, { id: userId }, { emailVerified: true });
    const newAddress = newEmail();
    await result(app, "requestEmailChange", { newEmail: newAddress }, { token });
    const change = tokenOf(await mailbox.next(newAddress));
    const query = `mutation { verifyEmail(token: "${change}") { __typename } }`;
    await app.graphql(query, {
      headers: { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0" },
    });
    await subjectsTo(email);
    const told = mailbox.mails(email).at(-1);
    expect(told?.text).toContain(newAddress);
    expect(told?.text).toContain("Firefox on Linux");
  });
});

test("15: with EMAIL_VERIFICATION=required, a signup that has to wait for its address costs no hash", async () => {
  const { app } = await startWithMailbox({ EMAIL_VERIFICATION: "required", MAILS_PER_ACCOUNT: "1" });
  const email = newEmail();
  expect((await signup(app, { email })).__typename).toBe("EmailVerificationSent");
  const hashes = jest.spyOn(HashPool.prototype, "run");
  for (let i = 0; i < 3; i++) expect((await signup(app, { email })).__typename).toBe("TooManyAttempts");
  expect(hashes).not.toHaveBeenCalled();
});
