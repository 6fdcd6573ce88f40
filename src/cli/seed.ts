import { randomBytes } from "node:crypto";
import type { EntityManager } from "@mikro-orm/core";
import type { Config } from "../config/config.js";
import type { Database } from "../database/database.js";
import { transact } from "../database/transaction.js";
import { insertRows } from "../lib/insert-rows.js";
import { StartError } from "../lib/start-error.js";
import { PasswordPolicy } from "../modules/password/password-policy.js";
import { Session } from "../modules/session/session.entity.js";
import { User } from "../modules/user/user.entity.js";
import { prepareForBulkLoad } from "./bulk-load.js";
import { type Command, UsageError } from "./command.js";
import { hashPassword } from "./hash-password.js";
import { withMigratedDatabase } from "./migrated-database.js";
import { formatCount, Progress } from "./progress.js";
import { type DemoPlan, demoEmail, demoSessions, demoUser } from "./seed/demo-data.js";

const MAX_USERS = 100_000_000;
/** Users of one transaction. */
const BATCH_SIZE = 5000;

const options = {
  users: { type: "string", summary: "how many" },
  "sessions-per-user": { type: "string", summary: "how many live sessions each of them has; 1 otherwise" },
  password: { type: "string", summary: "of all of them; made up and printed otherwise" },
} as const;

export const seedCommand: Command<typeof options> = {
  summary:
    "fills a database with made-up users and sessions, for demos and measurements; never in production",
  options,
  async run(config, { users, "sessions-per-user": sessionsPerUser = "1", password }) {
    if (config.isProduction) throw new StartError("With NODE_ENV=production there are no made-up users.");
    const counts = {
      users: readCount("--users", users, { min: 1, max: MAX_USERS }),
      sessionsPerUser: readCount("--sessions-per-user", sessionsPerUser, {
        min: 0,
        max: config.sessionsPerUser,
      }),
    };
    const chosen = password ?? randomBytes(12).toString("base64url");
    await checkPassword(config, chosen);
    await withMigratedDatabase(config, async (database) => {
      await refuseSecondSeed(database.orm.em.fork());
      const passwordHash = await hashPassword(config, chosen);
      prepareForBulkLoad(database);
      await fill(database, { ...config, ...counts, passwordHash, nowMs: Date.now() });
    });
    console.log(`The first of them, an administrator: ${demoEmail(0)}`);
    console.log(`The password of all of them: ${chosen}`);
  },
};

function readCount(
  option: string,
  text: string | undefined,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const count = /^\d{1,9}$/.test(text ?? "") ? Number(text) : Number.NaN;
  if (count >= min && count <= max) return count;
  throw new UsageError(`Option '${option}' must be a number from ${min} to ${max}`);
}

async function checkPassword(config: Config, password: string): Promise<void> {
  const owner = { emailLocalPart: null, username: null };
  const fault = await new PasswordPolicy(config.password).check("--password", password, owner);
  if (fault !== null) throw new StartError(`${fault.field}: ${fault.message}`);
}

/** The same people once more have the same addresses. */
async function refuseSecondSeed(em: EntityManager): Promise<void> {
  if ((await em.count(User, { emailNormalized: demoEmail(0) })) > 0) {
    throw new StartError("There are made-up users in this database already.");
  }
}

async function fill({ orm }: Database, plan: DemoPlan): Promise<void> {
  const progress = new Progress({ unit: "users", output: process.stderr, clock: Date.now });
  let sessionCount = 0;
  for (let first = 0; first < plan.users; first += BATCH_SIZE) {
    const count = Math.min(BATCH_SIZE, plan.users - first);
    const users = Array.from({ length: count }, (_, offset) => demoUser(first + offset, plan));
    const sessions = users.flatMap((user, offset) => demoSessions(first + offset, user, plan));
    await transact(orm.em.fork(), async (tx) => {
      const { size } = await insertRows(tx, User, users);
      if (size < count) throw new StartError("Some of the made-up addresses are taken in this database.");
      await insertRows(tx, Session, sessions);
    });
    sessionCount += sessions.length;
    progress.show(first + count, (first + count) / plan.users);
  }
  // So that the first question after it is planned well.
  await orm.em.getConnection().execute("analyze");
  progress.end();
  console.log(`Made ${formatCount(plan.users)} users and ${formatCount(sessionCount)} live sessions.`);
}
