import { newId } from "../../src/lib/uuid.js";
import { OneTimeToken, TokenPurpose } from "../../src/modules/one-time-token/one-time-token.entity.js";
import { PendingSignup } from "../../src/modules/pending-signup/pending-signup.entity.js";
import { prune } from "../../src/pruning.js";
import { createAttemptLimiter } from "../../src/services.js";
import { TestApp } from "../support/test-app.js";

const DAY_MS = 86_400_000;
const ENDED = 2500;
const LIVE = 3;

test("what strangers leave behind is deleted page by page: nobody waits for one long statement", async () => {
  const app = await TestApp.start();
  const em = app.orm.em.fork();
  const rows = Array.from({ length: ENDED + LIVE }, (_, i) => ({
    at: new Date(app.now - (i < ENDED ? DAY_MS : 0)),
  }));
  const email = "waiting@example.org";
  await em.insertMany(
    PendingSignup,
    rows.map(({ at }) => ({
      id: newId(),
      email,
      emailNormalized: email,
      passwordHash: "none",
      createdAt: at,
    })),
  );
  await em.insertMany(
    OneTimeToken,
    rows.map(({ at }) => ({ id: newId(), purpose: TokenPurpose.CONFIRM_SIGNUP, email, expiresAt: at })),
  );
  const before = app.statements.length;
  const database = app.databaseConnection;
  const clock = () => app.now;
  const attemptLimiter = createAttemptLimiter(database, clock);
  expect(await prune({ database, attemptLimiter, limits: app.config, clock })).toMatchObject({
    mailLinks: ENDED,
    pendingSignups: ENDED,
  });
  const statements = app.statements.slice(before);
  for (const table of ["pending_signups", "one_time_tokens"]) {
    expect(statements.filter((sql) => sql.startsWith("delete") && sql.includes(table))).toHaveLength(3);
  }
  expect(await em.fork().count(PendingSignup)).toBe(LIVE);
  expect(await em.fork().count(OneTimeToken)).toBe(LIVE);
});
