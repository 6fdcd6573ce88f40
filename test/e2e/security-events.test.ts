import { User } from "../../src/modules/user/user.entity.js";
import { UserStatus } from "../../src/modules/user/user.types.js";
import { eventually } from "../support/eventually.js";
import { loggedIn, login, newEmail, PASSWORD, refresh, signedUp } from "../support/journeys.js";
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
import { eventsOf, eventTypesOf } from "../support/security-log.js";
import { TestApp } from "../support/test-app.js";

const NEW_PASSWORD = "another staple of horses";

describe("47: every event of an account is recorded", () => {
  let app: TestApp;
  let mailbox: Mailbox;

  beforeAll(async () => {
    ({ app, mailbox } = await startWithMailbox());
  });

  /** What is added to the log of a new account by what is done with it. */
  async function eventsAfter(
    act: (account: Awaited<ReturnType<typeof signedUp>>) => Promise<unknown>,
  ): Promise<readonly string[]> {
    const account = await signedUp(app);
    const before = (await eventTypesOf(app, account.userId)).length;
    await act(account);
    return (await eventTypesOf(app, account.userId)).slice(before);
  }

  const mutate = (token: string, field: string) => app.graphql(`mutation { result: ${field} }`, { token });

  test("signing up", async () => {
    const { userId } = await signedUp(app);
    expect(await eventTypesOf(app, userId)).toEqual(["SIGNED_UP"]);
  });

  test("with who it was, from where, with what and when", async () => {
    const { userId, email } = await signedUp(app);
    app.advanceSeconds(5);
    const before = app.now;
    await loggedIn(app, email, { headers: { "user-agent": "Curious/1.0" } });
    expect((await eventsOf(app, userId)).at(-1)).toMatchObject({
      type: "LOGGED_IN",
      userId,
      actorId: null,
      ipAddress: "127.0.0.1",
      userAgent: "Curious/1.0",
    });
    const at = (await eventsOf(app, userId)).at(-1)?.occurredAt.getTime() ?? 0;
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(app.now);
    app.advanceSeconds(-5);
  });

  test("logging in, and failing to", async () => {
    expect(
      await eventsAfter(async ({ email }) => {
        await login(app, email, "a wrong password");
        await login(app, email);
      }),
    ).toEqual(["LOGIN_FAILED", "LOGGED_IN"]);
  });

  test("failing to log in although the password is right", async () => {
    expect(
      await eventsAfter(async ({ email, userId }) => {
        await app.orm.em.fork().nativeUpdate(User, { id: userId }, { status: UserStatus.DISABLED });
        expect((await login(app, email)).__typename).toBe("AccountDisabled");
      }),
    ).toEqual(["LOGIN_FAILED"]);
  });

  test("failing to log in to an account that does not exist", async () => {
    const before = await eventsOf(app, null);
    await login(app, newEmail());
    const [event, ...others] = (await eventsOf(app, null)).slice(before.length);
    expect(event).toMatchObject({ type: "LOGIN_FAILED", userId: null, ipAddress: "127.0.0.1" });
    expect(others).toEqual([]);
  });

  test("logging out, once however often", async () => {
    expect(
      await eventsAfter(async ({ accessToken }) => {
        const answers = await Promise.all(Array.from({ length: 4 }, () => mutate(accessToken, "logout")));
        expect(answers.filter(({ body }) => body.data.result)).toHaveLength(1);
        await mutate(accessToken, "logout");
      }),
    ).toEqual(["LOGGED_OUT"]);
  });

  test("18: a spent refresh token that comes back, once however often", async () => {
    expect(
      await eventsAfter(async ({ refreshToken }) => {
        await refresh(app, refreshToken);
        app.advanceSeconds(60);
        const replays = Array.from({ length: 4 }, () => refresh(app, refreshToken));
        for (const { __typename } of await Promise.all(replays)) expect(__typename).toBe("InvalidToken");
        app.advanceSeconds(-60);
      }),
    ).toEqual(["REFRESH_TOKEN_REUSED"]);
  });

  test("refreshing is none", async () => {
    expect(await eventsAfter(({ refreshToken }) => refresh(app, refreshToken))).toEqual([]);
  });

  test("ending sessions, where there were any", async () => {
    expect(
      await eventsAfter(async ({ email, accessToken }) => {
        const other = await loggedIn(app, email);
        const revoke = `revokeSession(id: "${other.sessionId}")`;
        for (const expected of [true, false]) {
          expect((await mutate(accessToken, revoke)).body.data.result).toBe(expected);
        }
        await loggedIn(app, email);
        for (const expected of [1, 0]) {
          expect((await mutate(accessToken, "revokeOtherSessions")).body.data.result).toBe(expected);
        }
      }),
    ).toEqual(["LOGGED_IN", "SESSION_REVOKED", "LOGGED_IN", "SESSION_REVOKED"]);
  });

  test("a login that ends a session, because there are too many", async () => {
    const small = await TestApp.start({ SESSIONS_PER_USER: "2" });
    const { userId, email } = await signedUp(small);
    await loggedIn(small, email);
    await loggedIn(small, email);
    const recorded = await eventTypesOf(small, userId);
    expect(recorded).toEqual(["SIGNED_UP", "LOGGED_IN", "LOGGED_IN", "SESSION_REVOKED"]);
  });

  test("confirming who one is, and failing to", async () => {
    expect(
      await eventsAfter(async ({ accessToken }) => {
        for (const password of [PASSWORD, "a wrong password"]) {
          await app.graphql(
            "mutation ($input: ReauthenticateInput!) { reauthenticate(input: $input) { __typename } }",
            { token: accessToken, variables: { input: { password } } },
          );
        }
      }),
    ).toEqual(["REAUTHENTICATED", "LOGIN_FAILED"]);
  });

  test("changing the password, and failing to", async () => {
    expect(
      await eventsAfter(async ({ accessToken: token }) => {
        for (const currentPassword of ["a wrong password", PASSWORD]) {
          const input = { currentPassword, newPassword: NEW_PASSWORD };
          await result(app, "changePassword", { input }, { token });
        }
      }),
    ).toEqual(["LOGIN_FAILED", "PASSWORD_CHANGED"]);
  });

  test("resetting the password by a mail, which proves the address, too", async () => {
    expect(
      await eventsAfter(async ({ email }) => {
        await resetPassword(app, await receiveReset(app, mailbox, email), NEW_PASSWORD);
      }),
    ).toEqual(["PASSWORD_RESET_REQUESTED", "EMAIL_VERIFIED", "PASSWORD_RESET"]);
  });

  test("asking for a mail and following its link", async () => {
    expect(
      await eventsAfter(async ({ email }) => {
        await mailbox.next(email);
        await result(app, "requestEmailVerification", { email });
        const link = tokenOf(await mailbox.next(email));
        expect(await verifyEmail(app, link)).toMatchObject({ email });
        expect(await verifyEmail(app, link)).toMatchObject({ reason: "USED" });
      }),
    ).toEqual(["EMAIL_VERIFICATION_REQUESTED", "EMAIL_VERIFIED"]);
  });

  test("asking is recorded once, with who asked, however often its mail is tried", async () => {
    const { email, userId } = await signedUp(app);
    await mailbox.next(email);
    mailbox.misbehave("FAIL_FOR_NOW");
    await ask(app, "requestPasswordReset", { email }, { headers: { "user-agent": "Curious/1.0" } });
    await eventually(async () => ((await eventsOf(app, userId)).length === 2 ? true : undefined));
    mailbox.misbehave(null);
    app.advanceSeconds(10);
    await mailbox.next(email);
    const [, event, ...others] = await eventsOf(app, userId);
    expect(event).toMatchObject({
      type: "PASSWORD_RESET_REQUESTED",
      ipAddress: "127.0.0.1",
      userAgent: "Curious/1.0",
    });
    expect(others).toEqual([]);
    app.advanceSeconds(-10);
  });

  test("changing the address", async () => {
    const newAddress = newEmail();
    expect(
      await eventsAfter(async ({ accessToken: token }) => {
        await result(app, "requestEmailChange", { newEmail: newAddress }, { token });
        await verifyEmail(app, tokenOf(await mailbox.next(newAddress)));
      }),
    ).toEqual(["EMAIL_CHANGE_REQUESTED", "EMAIL_CHANGED"]);
  });

  test("changing the profile, where something changes", async () => {
    expect(
      await eventsAfter(async ({ accessToken: token }) => {
        for (const name of ["Ada", "Ada"]) {
          const query = `mutation { updateProfile(input: { name: "${name}" }) { __typename } }`;
          await app.graphql(query, { token });
        }
      }),
    ).toEqual(["PROFILE_UPDATED"]);
  });

  test("an account that begins with the link in a mail", async () => {
    const strict = await startWithMailbox({ EMAIL_VERIFICATION: "required" });
    const email = newEmail();
    await strict.app.graphql(
      `mutation { signup(input: { email: "${email}", password: "${PASSWORD}" }) { __typename } }`,
    );
    expect((await login(strict.app, email)).__typename).toBe("EmailNotVerified");
    await verifyEmail(strict.app, tokenOf(await strict.mailbox.next(email)));
    const user = await strict.app.orm.em.fork().findOneOrFail(User, { email });
    expect(await eventTypesOf(strict.app, user.id)).toEqual(["SIGNED_UP", "EMAIL_VERIFIED"]);
    expect(await eventTypesOf(strict.app, null)).toEqual(["LOGIN_FAILED"]);
  });
});
