import { setTimeout as delay } from "node:timers/promises";
import { User } from "../../src/modules/user/user.entity.js";
import { UserStatus } from "../../src/modules/user/user.types.js";
import { errorOf, login, newEmail, PASSWORD, signedUp, stateOf } from "../support/journeys.js";
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
import { isPostgresql } from "../support/test-database.js";

const NEW_PASSWORD = "another fine secret";
const ROUNDS = 4;

describe("races for an account", () => {
  let app: TestApp;
  let mailbox: Mailbox;

  beforeAll(async () => {
    ({ app, mailbox } = await startWithMailbox({ MAILS_PER_ACCOUNT: "1000", HASH_QUEUE: "500" }));
  });

  /** Does so over and over with the same access token, until the owner is done. */
  async function meanwhile(work: Promise<unknown>, attack: () => Promise<unknown>): Promise<void> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    const attacks: Promise<unknown>[] = [];
    while (!isDone && attacks.length < 40) {
      attacks.push(attack());
      await delay(2);
    }
    await Promise.all([done, ...attacks]);
  }

  const openChanges = async (): Promise<number> => {
    const sql =
      "select count(*) as n from one_time_tokens where purpose = 'CHANGE_EMAIL' and used_at is null";
    const [row] = await app.database.ask(sql);
    return Number(row?.n);
  };

  async function countDeadlocks(): Promise<number> {
    // Connections tell what they have seen once a second.
    await delay(1500);
    const sql = "select deadlocks from pg_stat_database where datname = current_database()";
    const [row] = await app.database.ask(sql);
    return Number(row?.deadlocks);
  }

  test("22, 33: a stolen session that asks for another address leaves no link behind a reset", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { email, accessToken: token } = await signedUp(app);
      const reset = resetPassword(app, await receiveReset(app, mailbox, email), NEW_PASSWORD);
      await meanwhile(reset, () => ask(app, "requestEmailChange", { newEmail: newEmail() }, { token }));
      expect(await stateOf(app, token)).toBe("SESSION_REVOKED");
    }
    expect(await openChanges()).toBe(0);
  });

  test("22, 33: nor behind a change of the password", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { email, accessToken: stolen } = await signedUp(app);
      const { accessToken: token } = await login(app, email);
      const input = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
      const change = result(app, "changePassword", { input }, { token });
      await meanwhile(change, () =>
        ask(app, "requestEmailChange", { newEmail: newEmail() }, { token: stolen }),
      );
      expect(await stateOf(app, stolen)).toBe("SESSION_REVOKED");
    }
    expect(await openChanges()).toBe(0);
  });

  test("22: an account that is disabled while its password is changed keeps the old one, and the request ends", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { userId, accessToken: token } = await signedUp(app);
      const input = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
      const change = ask(app, "changePassword", { input }, { token });
      await delay(round);
      await app.orm.em.fork().nativeUpdate(User, { id: userId }, { status: UserStatus.DISABLED });
      const answer = await change;
      if (answer.body.data?.result === undefined) {
        expect(errorOf(answer)).toMatchObject({ code: "UNAUTHENTICATED", reason: "SESSION_REVOKED" });
      }
    }
  });

  test("33, 51: reset, change of address, of password and deletion at once: one after the other, without a deadlock", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { email, userId, accessToken: token } = await signedUp(app);
      const verification = tokenOf(await mailbox.next(email, /\/verify-email\?/));
      const resets = [await receiveReset(app, mailbox, email), await receiveReset(app, mailbox, email)];
      const addresses = [newEmail(), newEmail(), newEmail()];
      const changes = await Promise.all(
        addresses.map(async (newAddress) => {
          await result(app, "requestEmailChange", { newEmail: newAddress }, { token });
          return tokenOf(await mailbox.next(newAddress));
        }),
      );
      const input = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
      const answers = await Promise.all([
        ...changes.map((change) => ask(app, "verifyEmail", { token: change })),
        ask(app, "verifyEmail", { token: verification }),
        ...resets.map((reset) =>
          ask(app, "resetPassword", { input: { token: reset, newPassword: NEW_PASSWORD } }),
        ),
        ask(app, "changePassword", { input }, { token }),
        ...(round % 2 === 0 ? [ask(app, "deleteAccount", {}, { token })] : []),
      ]);
      const codes = answers.map((answer) => errorOf(answer)?.code).filter((code) => code !== undefined);
      expect(codes.filter((code) => code !== "UNAUTHENTICATED")).toEqual([]);
      // Each of them ends the others' links.
      const changed = answers
        .slice(0, changes.length)
        .filter(({ body }) => body.data.result.__typename === "EmailVerified");
      expect(changed.length).toBeLessThanOrEqual(1);
      const user = await app.orm.em.fork().findOne(User, { id: userId });
      if (user !== null) expect([email, ...addresses]).toContain(user.email);
    }
    if (isPostgresql) expect(await countDeadlocks()).toBe(0);
  });

  test("33: of a reset and a change away from its address, one comes too late", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { email, accessToken: token } = await signedUp(app);
      const newAddress = newEmail();
      const reset = await receiveReset(app, mailbox, email);
      await result(app, "requestEmailChange", { newEmail: newAddress }, { token });
      const change = tokenOf(await mailbox.next(newAddress));
      const resetDone = resetPassword(app, reset, NEW_PASSWORD);
      await delay(round * 2);
      const types = [await verifyEmail(app, change), await resetDone].map(({ __typename }) => __typename);
      expect(types.filter((type) => type === "InvalidToken")).toHaveLength(1);
    }
  });
});
