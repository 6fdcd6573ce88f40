import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LOGIN, PASSWORD, SIGNUP } from "../support/journeys.js";
import { killServers, ServerProcess } from "../support/server-process.js";
import { createTestDatabase } from "../support/test-database.js";

/** What is at stake is the database, not the cost of a hash. */
const CHEAP_HASHES = {
  NODE_ENV: "test",
  ARGON2_MEMORY_KIB: "64",
  ARGON2_ITERATIONS: "1",
  HASH_QUEUE: "200",
};

describe("the end of a process", () => {
  afterAll(killServers);

  test.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)(
    "48: after %s in the middle of a burst of signups, everything that was answered is there",
    async (signal) => {
      const folder = mkdtempSync(join(tmpdir(), "latchkey-"));
      const database = await createTestDatabase({ durable: true });
      const environment = { ...CHEAP_HASHES, DATABASE_URL: database.url };
      const server = await ServerProcess.start(folder, environment);
      const answered: string[] = [];
      const burst = Array.from({ length: 120 }, async (_, i) => {
        const email = `person${i}@example.org`;
        const variables = { input: { email, password: PASSWORD } };
        const answer = await server.graphql(SIGNUP, variables).catch(() => undefined);
        if (answer?.data?.signup?.__typename !== "AuthPayload") return;
        if (answered.push(email) === 10) server.kill(signal);
      });
      await Promise.all(burst);
      const exitCode = await server.exit;
      if (signal !== "SIGKILL") {
        expect(exitCode).toBe(0);
        expect(server.logLines.at(-1)).toMatchObject({ level: "info", msg: "stopped" });
      }
      expect(answered.length).toBeGreaterThanOrEqual(10);

      const restarted = await ServerProcess.start(folder, environment);
      const logins = answered.map(async (identifier) => {
        const { data } = await restarted.graphql(LOGIN, { input: { identifier, password: PASSWORD } });
        return data.login.__typename;
      });
      expect(await Promise.all(logins)).toEqual(answered.map(() => "AuthPayload"));
      restarted.kill("SIGKILL");
      await restarted.exit;
      await database.drop();
      rmSync(folder, { recursive: true });
    },
  );
});
