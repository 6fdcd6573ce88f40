import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ClientInfo } from "../../src/lib/client-info.js";
import { type EmailAddress, parseEmailAddress } from "../../src/lib/email-address.js";
import { SecretKeys } from "../../src/lib/secret-keys.js";
import { firstIdOf, newId } from "../../src/lib/uuid.js";
import { OutboxMail } from "../../src/modules/mail/outbox-mail.entity.js";
import { pruneOutbox } from "../../src/modules/mail/outbox-sender.js";
import { PendingTotpSetup } from "../../src/modules/mfa/pending-totp-setup.entity.js";
import { prunePendingTotpSetups } from "../../src/modules/mfa/pending-totp-setup.pruning.js";
import { TokenPurpose } from "../../src/modules/one-time-token/one-time-token.entity.js";
import { OneTimeTokens } from "../../src/modules/one-time-token/one-time-tokens.js";
import { PendingSignups } from "../../src/modules/pending-signup/pending-signups.js";
import { pruneSecurityEvents } from "../../src/modules/security-event/security-event.pruning.js";
import { Session } from "../../src/modules/session/session.entity.js";
import { pruneEndedSessions } from "../../src/modules/session/session.pruning.js";
import { User } from "../../src/modules/user/user.entity.js";
import { insertUsers } from "../support/directory.js";
import { login, newEmail, refresh, signedUp, stateOf } from "../support/journeys.js";
import { ROOT } from "../support/repository.js";
import { addEvents, eventsOf } from "../support/security-log.js";
import { TestApp } from "../support/test-app.js";
import { isPostgresql } from "../support/test-database.js";

const DAY_MS = 86_400_000;
const CLIENT: ClientInfo = { ipAddress: null, userAgent: null };

describe("pruning", () => {
  async function addSession(app: TestApp, userId: string, ages: { createdDays: number; usedDays: number }) {
    const em = app.orm.em.fork();
    const session = new Session(em.getReference(User, userId), CLIENT, new Date(app.now));
    session.createdAt = new Date(app.now - ages.createdDays * DAY_MS);
    session.lastUsedAt = new Date(app.now - ages.usedDays * DAY_MS);
    await em.persist(session).flush();
    return session.id;
  }

  /** A link that ended so long ago, and a signup that has waited since. */
  async function addMailRows(app: TestApp, userId: string, { days }: { days: number }) {
    const em = app.orm.em.fork();
    const then = app.now - days * DAY_MS;
    const clock = () => then;
    await new PendingSignups(clock).put(em, {
      id: newId(),
      email: parseEmailAddress(newEmail()) as EmailAddress,
      username: null,
      name: null,
      passwordHash: "none",
    });
    await new OneTimeTokens(new SecretKeys(app.secret), clock).issueOnce(em, {
      id: newId(),
      purpose: TokenPurpose.RESET_PASSWORD,
      user: em.getReference(User, userId),
      email: newEmail(),
      expiresAt: new Date(then),
    });
  }

  const pruneSessions = (app: TestApp) =>
    pruneEndedSessions(app.orm.em.fork(), { limits: app.config, clock: () => app.now });

  test("deletes sessions a day after their end and no others", async () => {
    const app = await TestApp.start();
    const account = await signedUp(app);
    const kept = [
      account.sessionId,
      await addSession(app, account.userId, { createdDays: 29, usedDays: 29 }),
      await addSession(app, account.userId, { createdDays: 30.9, usedDays: 30.9 }),
      await addSession(app, account.userId, { createdDays: 90.9, usedDays: 1 }),
    ];
    await addSession(app, account.userId, { createdDays: 31.1, usedDays: 31.1 });
    await addSession(app, account.userId, { createdDays: 91.1, usedDays: 1 });
    expect(await pruneSessions(app)).toBe(2);
    const left = await app.orm.em.fork().find(Session, {}, { fields: ["id"] });
    expect(left.map(({ id }) => id).sort()).toEqual(kept.sort());
    expect(await stateOf(app, account.accessToken)).toBe("alive");
    expect((await refresh(app, account.refreshToken)).__typename).toBe("AuthPayload");
  });

  test("finds them among many pages of live ones, and on the edges of pages", async () => {
    const app = await TestApp.start();
    const { userId } = await signedUp(app);
    const em = app.orm.em.fork();
    const user = em.getReference(User, userId);
    const isEnded = (i: number) => [0, 998, 999, 1000, 1001, 1999, 2000, 2498, 2499].includes(i);
    const sessions = Array.from({ length: 2500 }, (_, i) => {
      return new Session(user, CLIENT, new Date(app.now - (isEnded(i) ? 32 : 1) * DAY_MS));
    });
    await em.insertMany(Session, sessions);
    expect(await pruneSessions(app)).toBe(9);
    expect(await app.orm.em.fork().count(Session)).toBe(2500 - 9 + 1);
    expect(await pruneSessions(app)).toBe(0);
  });

  test("deletes events after SECURITY_EVENT_DAYS, page by page, and leaves the others as they are", async () => {
    const app = await TestApp.start({ SECURITY_EVENT_DAYS: "2" });
    const { userId } = await signedUp(app);
    const daysAgo = (days: number) => ({ userId, occurredAt: new Date(app.now - days * DAY_MS) });
    await addEvents(app, Array(2100).fill(daysAgo(2.1)));
    const kept = await addEvents(app, [daysAgo(1.9), daysAgo(0.5)]);
    const rules = { limits: app.config, clock: () => app.now };
    app.statements.length = 0;
    expect(await pruneSecurityEvents(app.orm.em.fork(), rules)).toBe(2100);
    expect(app.statements.filter((sql) => sql.startsWith("delete"))).toHaveLength(3);
    expect(await eventsOf(app, userId)).toMatchObject([...kept, { type: "SIGNED_UP" }]);
    expect(await pruneSecurityEvents(app.orm.em.fork(), rules)).toBe(0);
  });

  test("stops between two pages where it is told to", async () => {
    const app = await TestApp.start();
    await addEvents(app, Array(1001).fill({ occurredAt: new Date(app.now - 366 * DAY_MS) }));
    const signal = AbortSignal.abort();
    expect(
      await pruneSecurityEvents(app.orm.em.fork(), { limits: app.config, clock: () => app.now, signal }),
    ).toBe(1000);
    expect(await eventsOf(app, null)).toHaveLength(1);
  });

  test("drops setups of authenticator apps that nobody can confirm any more, and no others", async () => {
    const app = await TestApp.start();
    const users = await insertUsers(
      app,
      Array.from({ length: 1002 }, (_, index) => ({ email: `setup${index}@example.org` })),
    );
    const now = app.now;
    const rows = users.map(({ id: user }, index) => {
      return { user, sealedSecret: "none", expiresAt: new Date(now + (index === 500 ? 1 : 0)) };
    });
    await app.orm.em.fork().insertMany(PendingTotpSetup, rows);
    expect(await prunePendingTotpSetups(app.orm.em.fork(), { clock: () => now })).toBe(1001);
    const left = await app.orm.em.fork().find(PendingTotpSetup, {});
    expect(left.map(({ user }) => user.id)).toEqual([users[500]?.id]);
  });

  test("drops mails that nobody gives up any more, where SMTP_URL was taken away", async () => {
    const app = await TestApp.startDurable();
    const { email } = await signedUp(app);
    for (const [days, left] of [
      [5, 1],
      [7, 0],
    ] as const) {
      expect(await pruneOutbox(app.orm.em.fork(), () => app.now + days * DAY_MS)).toBe(1 - left);
      expect(await app.database.ask("select id from outbox_mails where recipient = ?", email)).toHaveLength(
        left,
      );
    }
  });

  test("npm run cli -- prune does it beside a running server, and says how much", async () => {
    const app = await TestApp.startDurable({ LOGIN_ATTEMPTS_PER_ACCOUNT: "1", ATTEMPT_WINDOW_SECONDS: "1" });
    const { userId } = await signedUp(app);
    await addSession(app, userId, { createdDays: 40, usedDays: 40 });
    await addMailRows(app, userId, { days: 3 });
    await addMailRows(app, userId, { days: 0 });
    const setup = { user: userId, sealedSecret: "none", expiresAt: new Date(Date.now() - DAY_MS) };
    await app.orm.em.fork().insert(PendingTotpSetup, setup);
    await addEvents(app, [{ occurredAt: new Date(Date.now() - 366 * DAY_MS) }]);
    const longAgo = new Date(Date.now() - 7 * DAY_MS);
    await app.orm.em.fork().nativeUpdate(OutboxMail, {}, { createdAt: longAgo });
    for (let i = 0; i < 3; i++) await login(app, newEmail(), "wrong");
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const cli = (...names: string[]) =>
      promisify(execFile)(process.execPath, [join(ROOT, "dist/src/cli/cli.js"), ...names], {
        env: { PATH: process.env.PATH, DATABASE_URL: app.database.url },
        cwd: "/",
      });
    if (isPostgresql) {
      const [old, young] = [firstIdOf(Date.now() - 660_000), firstIdOf(Date.now() - 540_000)];
      for (const id of [old, young])
        await app.execute(`insert into transaction_marks values ('${id}', false)`);
    }
    // The counters of SQLite are in the server's memory: 3 of accounts on PostgreSQL, and those of networks and mails.
    expect((await cli("prune")).stdout).toMatch(
      isPostgresql
        ? /^pruned 1 sessions, 1 mail links, 1 waiting signups, 1 security events and [3-9] attempt counters$/m
        : /^pruned 1 sessions, 1 mail links, 1 waiting signups, 1 security events and 0 attempt counters$/m,
    );
    expect(await app.orm.em.fork().count(OutboxMail)).toBe(0);
    expect(await app.orm.em.fork().count(PendingTotpSetup)).toBe(0);
    const marks = isPostgresql ? await app.execute("select id from transaction_marks order by id") : [];
    // The young one that was put there, and those of the signup and the failed logins.
    expect(marks).toHaveLength(isPostgresql ? 5 : 0);
    expect((await cli("prune")).stdout).toBe(
      "pruned 0 sessions, 0 mail links, 0 waiting signups, 0 security events and 0 attempt counters\n",
    );
    await expect(cli("prun")).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining("prune") });
  });
});
