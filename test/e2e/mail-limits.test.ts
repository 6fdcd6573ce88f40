import { errorOf, login, newEmail, PASSWORD, signedUp, signup, stateOf } from "../support/journeys.js";
import { ask, receiveReset, resetPassword, result, startWithMailbox } from "../support/mail-journeys.js";
import { TestApp } from "../support/test-app.js";

const OPERATIONS = ["requestPasswordReset", "requestEmailVerification"] as const;

/** One of 198.51.100.0/24, as a proxy tells it. */
const from = (host: number) => ({ headers: { "x-forwarded-for": `198.51.100.${host}` } });

describe("what makes us send mail is limited", () => {
  test.each(OPERATIONS)("%s: by address, and alike whether it has an account", async (operation) => {
    const app = await TestApp.start({ MAILS_PER_ACCOUNT: "3", EMAIL_VERIFICATION: "optional" });
    app.stopClock();
    const trace = async (email: string) => {
      const answers = [];
      for (let i = 0; i < 5; i++) {
        const answer = await ask(app, operation, { email: i % 2 ? email : email.toUpperCase() });
        answers.push({ status: answer.status, body: answer.body });
      }
      return answers;
    };
    const { email } = await signedUp(app);
    const [ofKnown, ofUnknown] = [await trace(email), await trace(newEmail())];
    expect(ofKnown).toEqual(ofUnknown);
    expect(ofKnown.slice(0, 3).map(({ body }) => body.data)).toEqual(Array(3).fill({ result: true }));
    expect(errorOf(ofKnown[3] ?? { body: {} })).toEqual({ code: "RATE_LIMITED", retryAfter: 30 });
    app.advanceSeconds(31);
    expect(await result(app, operation, { email })).toBe(true);
  });

  test("exactly as many of 50 at once get through", async () => {
    const { app, mailbox } = await startWithMailbox({ MAILS_PER_ACCOUNT: "5" });
    const { email } = await signedUp(app);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => ask(app, "requestPasswordReset", { email })),
    );
    expect(answers.filter(({ body }) => body.data?.result === true)).toHaveLength(5);
    const later = newEmail();
    await signedUp(app, { email: later });
    await mailbox.next(later);
    expect(mailbox.mails(email)).toHaveLength(6);
  });

  test("by network, whatever the address", async () => {
    const app = await TestApp.start({ LOGIN_ATTEMPTS_PER_IP: "4", TRUST_PROXY: "1" });
    const request = (host: number) => ask(app, "requestPasswordReset", { email: newEmail() }, from(host));
    for (let i = 0; i < 4; i++) expect((await request(1)).body.data).toEqual({ result: true });
    expect(errorOf(await request(1))).toMatchObject({ code: "RATE_LIMITED" });
    expect((await request(2)).body.data).toEqual({ result: true });
  });

  test("15: requests for a reset never keep the owner out, and whoever asked, the owner has the link", async () => {
    const { app, mailbox } = await startWithMailbox({
      MAILS_PER_ACCOUNT: "3",
      LOGIN_ATTEMPTS_PER_ACCOUNT: "3",
    });
    const { email, accessToken } = await signedUp(app);
    await mailbox.next(email);
    const token = await receiveReset(app, mailbox, email);
    for (let i = 0; i < 30; i++) await ask(app, "requestPasswordReset", { email });
    expect(await stateOf(app, accessToken)).toBe("alive");
    expect((await login(app, email)).__typename).toBe("AuthPayload");
    expect((await resetPassword(app, token, "a brand new password")).__typename).toBe("PasswordChanged");
  });

  test("15: guesses at the old password do not delay whoever has set a new one", async () => {
    const { app, mailbox } = await startWithMailbox({ LOGIN_ATTEMPTS_PER_ACCOUNT: "3", TRUST_PROXY: "1" });
    const { email } = await signedUp(app);
    await mailbox.next(email);
    for (let i = 0; i < 4; i++) await login(app, email, "a wrong guess", from(i));
    expect((await login(app, email, PASSWORD, from(9))).__typename).toBe("TooManyAttempts");
    const token = await receiveReset(app, mailbox, email);
    await resetPassword(app, token, "a brand new password");
    expect((await login(app, email, "a brand new password", from(9))).__typename).toBe("AuthPayload");
  });

  test("an owner is told of a taken address no more often than mails may be asked for", async () => {
    const { app, mailbox } = await startWithMailbox({ MAILS_PER_ACCOUNT: "3" });
    const { email } = await signedUp(app);
    for (let i = 0; i < 5; i++) expect((await signup(app, { email })).__typename).toBe("InvalidInput");
    const later = newEmail();
    await signedUp(app, { email: later });
    await mailbox.next(later);
    // The signup itself counts.
    const notices = mailbox.mails(email).filter(({ subject }) => /already have an account/.test(subject));
    expect(notices).toHaveLength(2);
  });

  test("13: with EMAIL_VERIFICATION=required signups are limited by address, too", async () => {
    const app = await TestApp.start({ MAILS_PER_ACCOUNT: "2", EMAIL_VERIFICATION: "required" });
    const email = newEmail();
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push((await signup(app, { email })).__typename);
    expect(answers).toEqual(["EmailVerificationSent", "EmailVerificationSent", "TooManyAttempts"]);
  });
});
