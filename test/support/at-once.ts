import { TestApp } from "./test-app.js";
import { isPostgresql } from "./test-database.js";

/** As many instances over one database as it serves, so that no race is decided within a process. */
export async function startInstances(
  environment: Readonly<Record<string, string>>,
): Promise<readonly [TestApp, ...TestApp[]]> {
  const first = await TestApp.startDurable(environment);
  return isPostgresql ? [first, await first.startAnother(environment)] : [first];
}

/** Asks all instances in turn, without waiting for any. */
export function askAtOnce<Result>(
  apps: readonly TestApp[],
  times: number,
  work: (instance: TestApp, index: number) => Promise<Result>,
): Promise<Result[]> {
  return Promise.all(
    Array.from({ length: times }, (_, index) => work(apps[index % apps.length] as TestApp, index)),
  );
}
