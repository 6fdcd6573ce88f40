import { jest } from "@jest/globals";
import { BackgroundJobs, type Job } from "../../src/infra/background-jobs.js";
import { HashPool, type HashTask } from "../../src/modules/password/hash-pool.js";
import { readImportedHash } from "../../src/modules/password/imported-hash/imported-hash.js";
import { User } from "../../src/modules/user/user.entity.js";
import { type Account, login, signedUp } from "./journeys.js";
import { TestApp } from "./test-app.js";

export const WRONG_PASSWORD = "a wrong password";

/** An app whose look for imported hashes, which it takes now and then, can be taken at once. */
export async function startWithReload(): Promise<{ app: TestApp; job: Job; reload: () => Promise<unknown> }> {
  const starts = jest.spyOn(BackgroundJobs.prototype, "start");
  const app = await TestApp.start();
  const job = starts.mock.calls.map(([started]) => started).find(({ name }) => name.includes("imported"));
  starts.mockRestore();
  if (job === undefined) throw new Error("Nothing looks for imported hashes");
  return { app, job, reload: () => job.run(new AbortController().signal) };
}

export async function importedAccount(app: TestApp, passwordHash: string | null): Promise<Account> {
  const account = await signedUp(app);
  await app.orm.em.fork().nativeUpdate(User, { id: account.userId }, { passwordHash });
  return account;
}

/** All that the threads are asked to compute for a login that fails: what decides about the work of each task. */
export async function workOfFailure(
  app: TestApp,
  identifier: string,
  password = WRONG_PASSWORD,
): Promise<string[]> {
  const runs = jest.spyOn(HashPool.prototype, "run");
  expect(await login(app, identifier, password)).toMatchObject({ code: "INVALID_CREDENTIALS" });
  const work = runs.mock.calls.map(([task]) => workOf(task));
  runs.mockRestore();
  return work.sort();
}

function workOf(task: HashTask): string {
  if (task.kind === "hash") return "hash";
  const read = readImportedHash(task.storedHash);
  return `${"fault" in read ? task.storedHash : read.form} of ${task.password}`;
}
