import { login } from "./journeys.js";
import { TestApp } from "./test-app.js";
import { isPostgresql } from "./test-database.js";

export const WRONG = "a wrong password";

export interface From {
  readonly ip?: string;
  readonly cookie?: string;
  readonly userAgent?: string;
  readonly on?: TestApp | undefined;
}

let networks = 0;

/** An address that nothing was tried from. */
export function newNetwork(): string {
  networks += 1;
  return `198.51.${Math.floor(networks / 250)}.${(networks % 250) + 1}`;
}

export const typesOf = (answers: readonly { __typename: string }[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(answers, ({ __typename }) => __typename)].map(([type, group]) => [type, group.length]),
  );

/** Five attempts for an account, thirty for a network; on PostgreSQL two instances that share them. */
export async function startLimited(): Promise<readonly [TestApp, ...TestApp[]]> {
  const limits = {
    LOGIN_ATTEMPTS_PER_ACCOUNT: "5",
    LOGIN_ATTEMPTS_PER_IP: "30",
    TRUST_PROXY: "1",
    HASH_QUEUE: "200",
  };
  const app = await TestApp.startDurable(limits);
  return isPostgresql ? [app, await app.startAnother(limits)] : [app];
}

/** A login with the wrong password from a network of its own, unless told otherwise. */
export function attempt(app: TestApp, identifier: string, password = WRONG, from: From = {}) {
  const headers = {
    "x-forwarded-for": from.ip ?? newNetwork(),
    ...(from.cookie === undefined ? {} : { cookie: from.cookie }),
    ...(from.userAgent === undefined ? {} : { "user-agent": from.userAgent }),
  };
  return login(from.on ?? app, identifier, password, { headers });
}

export async function exhaust(app: TestApp, identifier: string): Promise<void> {
  for (let i = 0; i < 5; i++) {
    expect((await attempt(app, identifier)).__typename).toBe("InvalidCredentials");
  }
  expect((await attempt(app, identifier)).__typename).toBe("TooManyAttempts");
}
