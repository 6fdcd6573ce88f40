import { signedUp, signup } from "../support/journeys.js";
import { ask, result, startWithMailbox, tokenOf, verifyEmail } from "../support/mail-journeys.js";
import type { Mailbox } from "../support/mailbox.js";
import { TestApp } from "../support/test-app.js";

describe("verification of an address", () => {
  describe("with EMAIL_VERIFICATION=optional", () => {
    let app: TestApp;
    let mailbox: Mailbox;

    beforeAll(async () => {
      ({ app, mailbox } = await startWithMailbox());
    });

    test("the account works at once, and the link of a mail verifies its address", async () => {
      const { email, accessToken } = await signedUp(app);
      const isVerified = async () =>
        (await app.graphql("{ me { emailVerified } }", { token: accessToken })).body.data.me.emailVerified;
      expect(await isVerified()).toBe(false);
      const mail = await mailbox.next(email);
      expect(mail.link).toMatch(/^http:\/\/latchkey\.test\/verify-email\?token=[\w.-]+$/);
      expect(await verifyEmail(app, tokenOf(mail))).toEqual({ __typename: "EmailVerified", email });
      expect(await isVerified()).toBe(true);
      expect(await verifyEmail(app, tokenOf(mail))).toMatchObject({ code: "INVALID_TOKEN", reason: "USED" });
    });

    test("asking again sends another link, for as long as there is something to verify", async () => {
      const { email } = await signedUp(app);
      const first = await mailbox.next(email);
      expect(await result(app, "requestEmailVerification", { email: email.toUpperCase() })).toBe(true);
      const second = await mailbox.next(email);
      expect(tokenOf(second)).not.toBe(tokenOf(first));
      // Whichever of the mails a person opens.
      expect(await verifyEmail(app, tokenOf(first))).toMatchObject({ email });
      expect(await verifyEmail(app, tokenOf(second))).toMatchObject({ email });
      await result(app, "requestEmailVerification", { email });
      await result(app, "requestPasswordReset", { email });
      // The mail about the password was asked for later: nothing came before it.
      expect((await mailbox.next(email)).link).toContain("/reset-password?");
    });

    test("33: a link expires, and is then none", async () => {
      const { email } = await signedUp(app);
      const token = tokenOf(await mailbox.next(email));
      app.advanceSeconds(86_400);
      expect(await verifyEmail(app, token)).toMatchObject({ code: "INVALID_TOKEN", reason: "EXPIRED" });
      app.advanceSeconds(-86_400);
    });

    test("a taken address shows, and its owner is told", async () => {
      const { email } = await signedUp(app);
      await mailbox.next(email);
      expect(await signup(app, { email })).toMatchObject({ fields: [{ field: "email", code: "TAKEN" }] });
      expect((await mailbox.next(email)).subject).toMatch(/already have an account/);
    });
  });

  test("with EMAIL_VERIFICATION=off nobody is asked to", async () => {
    const { app, mailbox } = await startWithMailbox({ EMAIL_VERIFICATION: "off" });
    const { email } = await signedUp(app);
    expect(await result(app, "requestEmailVerification", { email })).toBe(true);
    await result(app, "requestPasswordReset", { email });
    expect((await mailbox.next(email)).link).toContain("/reset-password?");
    expect(mailbox.received).toBe(1);
  });

  test.each(["off", "optional", "required"])("authSettings tells the policy: %s", async (policy) => {
    const app = await TestApp.start({ EMAIL_VERIFICATION: policy });
    const { body } = await app.graphql("{ authSettings { emailVerification } }");
    expect(body.data.authSettings.emailVerification).toBe(policy.toUpperCase());
  });

  test.each(["", "x", "a.b.c", `eyJhbGciOiJub25lIn0.${"e30"}.`])("%j is no link", async (token) => {
    const app = await TestApp.start();
    expect(await verifyEmail(app, token)).toMatchObject({ code: "INVALID_TOKEN", reason: "MALFORMED" });
    const { status } = await ask(app, "verifyEmail", { token });
    expect(status).toBe(200);
  });
});
