import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ClientInfo } from "../../src/lib/client-info.js";
import { firstIdOf } from "../../src/lib/uuid.js";
import { Session } from "../../src/modules/session/session.entity.js";
import { pruneEndedSessions } from "../../src/modules/session/session.pruning.js";
import { User } from "../../src/modules/user/user.entity.js";
import { login, newEmail, refresh, signedUp, stateOf } from "../support/journeys.js";
import { ROOT } from "../support/repository.js";
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

  test("npm run cli -- prune does it beside a running server, and says how much", async () => {
    const app = await TestApp.startDurable({ LOGIN_ATTEMPTS_PER_ACCOUNT: "1", ATTEMPT_WINDOW_SECONDS: "1" });
    const { userId } = await signedUp(app);
    await addSession(app, userId, { createdDays: 40, usedDays: 40 });
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
    // The counters of SQLite are in the server's memory: 3 of accounts on PostgreSQL, and the networks' own.
    expect((await cli("prune")).stdout).toMatch(
      isPostgresql
        ? /^pruned 1 sessions and [3-5] attempt counters$/m
        : /^pruned 1 sessions and 0 attempt counters$/m,
    );
    const marks = isPostgresql ? await app.execute("select id from transaction_marks order by id") : [];
    // The young one that was put there, and that of the signup.
    expect(marks).toHaveLength(isPostgresql ? 2 : 0);
    expect((await cli("prune")).stdout).toBe("pruned 0 sessions and 0 attempt counters\n");
    await expect(cli("prun")).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining("prune") });
  });
});
