import { User } from "../../src/modules/user/user.entity.js";
import { UserStatus } from "../../src/modules/user/user.types.js";
import { type Account, errorOf, login, newEmail, PASSWORD, signedUp, stateOf } from "../support/journeys.js";
import {
  ask,
  receiveReset,
  resetPassword,
  result,
  startWithMailbox,
  tokenOf,
  verifyEmail,
} from "../support/mail-journeys.js";
import type { Mailbox } from "../support/mailbox.js";
import type { TestApp } from "../support/test-app.js";

describe("a change of address", () => {
  let app: TestApp;
  let mailbox: Mailbox;

  beforeAll(async () => {
    ({ app, mailbox } = await startWithMailbox());
  });

  const request = ({ accessToken: token }: Account, to: string) =>
    result(app, "requestEmailChange", { newEmail: to }, { token });

  /** Somebody whose verification mail has been read. */
  async function settled(): Promise<Account> {
    const account = await signedUp(app);
    await mailbox.next(account.email);
    return account;
  }

  test("happens when the link in the mail to the new address is followed, and not before", async () => {
    const account = await settled();
    const to = newEmail();
    expect(await request(account, to)).toEqual({ __typename: "EmailVerificationSent", email: to });
    const mail = await mailbox.next(to);
    expect(mail.link).toMatch(/^http:\/\/latchkey\.test\/verify-email\?token=/);
    expect((await login(app, to)).__typename).toBe("InvalidCredentials");
    expect(await verifyEmail(app, tokenOf(mail))).toEqual({ __typename: "EmailVerified", email: to });
    expect((await login(app, account.email)).__typename).toBe("InvalidCredentials");
    expect((await login(app, to)).user).toMatchObject({ id: account.userId, email: to, emailVerified: true });
    expect(await stateOf(app, account.accessToken)).toBe("alive");
  });

  test("35: the old address is told, with the new one", async () => {
    const account = await signedUp(app);
    await verifyEmail(app, tokenOf(await mailbox.next(account.email)));
    const to = newEmail();
    await request(account, to);
    await verifyEmail(app, tokenOf(await mailbox.next(to)));
    const notice = await mailbox.next(account.email, /address was changed/);
    expect(notice.text).toContain(to);
    expect(notice.links).toEqual([]);
  });

  test("24: needs a recent login", async () => {
    const account = await settled();
    const to = newEmail();
    app.advanceSeconds(600);
    const options = { token: account.accessToken };
    const refused = await ask(app, "requestEmailChange", { newEmail: to }, options);
    expect(errorOf(refused)).toEqual({ code: "REAUTHENTICATION_REQUIRED" });
    await app.graphql(
      `mutation { reauthenticate(input: { password: "${PASSWORD}" }) { __typename } }`,
      options,
    );
    expect((await request(account, to)).__typename).toBe("EmailVerificationSent");
    await mailbox.next(to);
    app.advanceSeconds(-600);
    expect(mailbox.mails(to)).toHaveLength(1);
  });

  test.each([
    ["", "REQUIRED"],
    ["no address", "MALFORMED"],
    ["ada@localhost", "MALFORMED"],
    ["ada@example.org\r\nBcc: eve@example.org", "MALFORMED"],
  ])("%j is refused", async (to, code) => {
    const account = await settled();
    expect(await request(account, to)).toMatchObject({ fields: [{ field: "newEmail", code }] });
  });

  test("one's own address, in whatever letter case, is no change", async () => {
    const account = await settled();
    expect(await request(account, account.email.toUpperCase())).toMatchObject({
      fields: [{ field: "newEmail", code: "UNCHANGED" }],
    });
  });

  test("a taken one shows where signing up shows it, too", async () => {
    const [account, other] = [await settled(), await settled()];
    expect(await request(account, other.email)).toMatchObject({ fields: [{ code: "TAKEN" }] });
  });

  test("11: with EMAIL_VERIFICATION=required it does not show, and its owner is told", async () => {
    const strict = await startWithMailbox({ EMAIL_VERIFICATION: "required" });
    const enroll = async () => {
      const email = newEmail();
      const input = { email, password: PASSWORD };
      await strict.app.graphql("mutation ($input: SignupInput!) { signup(input: $input) { __typename } }", {
        variables: { input },
      });
      await verifyEmail(strict.app, tokenOf(await strict.mailbox.next(email)));
      return { email, token: (await login(strict.app, email)).accessToken as string };
    };
    const [owner, eve] = [await enroll(), await enroll()];
    const probe = (to: string) =>
      ask(strict.app, "requestEmailChange", { newEmail: to }, { token: eve.token });
    const free = newEmail();
    const [ofTaken, ofFree] = [await probe(owner.email), await probe(free)];
    expect(ofTaken.status).toBe(ofFree.status);
    expect(ofTaken.body.data.result).toEqual({ __typename: "EmailVerificationSent", email: owner.email });
    expect(ofFree.body.data.result).toEqual({ __typename: "EmailVerificationSent", email: free });
    const warning = await strict.mailbox.next(owner.email);
    expect(warning.subject).toMatch(/already belongs to your account/);
    expect(warning.links).toEqual([]);
  });

  test("33: a link is good for one use, and of 16 at once one wins", async () => {
    const account = await settled();
    const to = newEmail();
    await request(account, to);
    const token = tokenOf(await mailbox.next(to));
    const answers = await Promise.all(Array.from({ length: 16 }, () => verifyEmail(app, token)));
    expect(answers.filter(({ __typename }) => __typename === "EmailVerified")).toHaveLength(1);
    expect(answers.filter(({ reason }) => reason === "USED")).toHaveLength(15);
    expect(
      mailbox.mails(account.email).filter(({ subject }) => /was changed/.test(subject)).length,
    ).toBeLessThan(2);
  });

  test("33: a link expires after an hour, and ends with the next change", async () => {
    const account = await settled();
    const [first, second] = [newEmail(), newEmail()];
    for (const to of [first, second]) await request(account, to);
    const [firstToken, secondToken] = [
      tokenOf(await mailbox.next(first)),
      tokenOf(await mailbox.next(second)),
    ];
    app.advanceSeconds(3600);
    expect(await verifyEmail(app, firstToken)).toMatchObject({ reason: "EXPIRED" });
    app.advanceSeconds(-3600);
    expect(await verifyEmail(app, secondToken)).toMatchObject({ email: second });
    expect(await verifyEmail(app, firstToken)).toMatchObject({ reason: "REVOKED" });
  });

  test("it ends the links that were sent to the old address", async () => {
    const account = await signedUp(app);
    const verification = tokenOf(await mailbox.next(account.email));
    const reset = await receiveReset(app, mailbox, account.email);
    const to = newEmail();
    await request(account, to);
    await verifyEmail(app, tokenOf(await mailbox.next(to)));
    expect(await resetPassword(app, reset, "a brand new password")).toMatchObject({ reason: "REVOKED" });
    expect(await verifyEmail(app, verification)).toMatchObject({ reason: "REVOKED" });
    expect((await login(app, to)).user.emailVerified).toBe(true);
  });

  test("of two who want the same address, the first to follow the link has it", async () => {
    for (let round = 0; round < 5; round++) {
      const [one, other] = [await settled(), await settled()];
      const to = newEmail();
      const tokens = [];
      for (const account of [one, other]) {
        await request(account, to);
        tokens.push(tokenOf(await mailbox.next(to)));
      }
      const answers = await Promise.all(tokens.map((token) => verifyEmail(app, token)));
      expect(answers.map(({ __typename, reason }) => reason ?? __typename).sort()).toEqual([
        "EmailVerified",
        "REVOKED",
      ]);
      expect(await app.orm.em.fork().count(User, { email: to })).toBe(1);
    }
  });

  test("a disabled account keeps its address", async () => {
    const account = await settled();
    const to = newEmail();
    await request(account, to);
    const token = tokenOf(await mailbox.next(to));
    await app.orm.em.fork().nativeUpdate(User, { id: account.userId }, { status: UserStatus.DISABLED });
    expect(await verifyEmail(app, token)).toMatchObject({ reason: "REVOKED" });
  });

  test("internationalised and plus-addressed mail arrives", async () => {
    for (const to of [`jürgen.${process.pid}@bücher.example`, `ada+news.${process.pid}@example.org`]) {
      const account = await settled();
      await request(account, to);
      expect(await verifyEmail(app, tokenOf(await mailbox.next(to)))).toMatchObject({ email: to });
      expect((await login(app, to)).user.email).toBe(to);
    }
  });
});
