import { loggedIn, login, newEmail, PASSWORD, signedUp } from "../support/journeys.js";
import {
  RESET_LINK,
  receiveReset,
  resetPassword,
  result,
  startWithMailbox,
} from "../support/mail-journeys.js";
import type { Mailbox } from "../support/mailbox.js";
import { updateProfile } from "../support/profiles.js";
import type { TestApp } from "../support/test-app.js";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const from = (host: number, userAgent = FIREFOX) => ({
  headers: { "x-forwarded-for": `198.51.100.${host}`, "user-agent": userAgent },
});

describe("what the owner of an account is told", () => {
  let app: TestApp;
  let mailbox: Mailbox;

  beforeAll(async () => {
    ({ app, mailbox } = await startWithMailbox({ TRUST_PROXY: "1", EMAIL_VERIFICATION: "off" }));
  });

  /** Every mail that came before this one was answered for. */
  async function subjectsOf(email: string): Promise<string[]> {
    await receiveReset(app, mailbox, email);
    return mailbox
      .mails(email)
      .filter(({ text }) => !RESET_LINK.test(text))
      .map(({ subject }) => subject.replace("latchkey.test: ", ""));
  }

  test("35: a login from a device and network that the account was not used from", async () => {
    const { email } = await signedUp(app);
    await login(app, email, PASSWORD, from(7));
    const mail = await mailbox.next(email, /New login/);
    expect(mail.text).toContain("Firefox on Linux");
    expect(mail.text).toContain("198.51.100.7");
    expect(mail.html).toContain("Firefox on Linux");
    expect(mail.links).toEqual([]);
  });

  test("nothing about a login from where they are logged in already, nor about one that failed", async () => {
    const { email } = await signedUp(app);
    await loggedIn(app, email);
    await login(app, email, "a wrong password", from(8));
    expect(await subjectsOf(email)).toEqual([]);
  });

  test("nothing about a device that has logged in before, wherever it is now", async () => {
    const { email } = await signedUp(app);
    const answer = await app.graphql(
      "mutation ($input: LoginInput!) { login(input: $input) { __typename } }",
      { variables: { input: { identifier: email, password: PASSWORD } }, ...from(9) },
    );
    const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
    await mailbox.next(email, /New login/);
    await login(app, email, PASSWORD, { headers: { ...from(10, "another browser").headers, cookie } });
    expect(await subjectsOf(email)).toEqual(["New login to your account"]);
  });

  test("nothing about the device that has just set a new password", async () => {
    const { email } = await signedUp(app);
    const token = await receiveReset(app, mailbox, email);
    const answer = await app.graphql(
      "mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { __typename } }",
      { variables: { input: { token, newPassword: "a brand new password" } }, ...from(11) },
    );
    const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
    const options = { headers: { ...from(12).headers, cookie } };
    expect((await login(app, email, "a brand new password", options)).__typename).toBe("AuthPayload");
    expect(await subjectsOf(email)).toEqual(["Your password was reset"]);
  });

  test("in the language of their profile", async () => {
    const { email, accessToken } = await signedUp(app);
    await updateProfile(app, accessToken, { locale: "de-AT" });
    const token = await receiveReset(app, mailbox, email);
    await resetPassword(app, token, "a brand new password");
    const notice = await mailbox.next(email);
    expect(notice.headers.get("content-language")).toBe("de");
    expect(notice.text).toMatch(/Guten Tag/);
    const [reset] = mailbox.mails(email);
    expect(reset?.text).toMatch(/Passwort/);
    expect(reset?.html).toMatch(/lang="de"/);
  });

  test("never in words that somebody else has chosen", async () => {
    const email = newEmail();
    await signedUp(app, { email, name: "You have won: evil.example", username: `u${process.pid}x` });
    await login(app, email, PASSWORD, from(13, "Mozilla/5.0 http://evil.example/win (evil.example)"));
    await mailbox.next(email, /New login/);
    await result(app, "requestPasswordReset", { email });
    await mailbox.next(email, RESET_LINK);
    expect(mailbox.mails(email).map(({ source }) => /evil|won/.test(source))).toEqual([false, false]);
  });
});
