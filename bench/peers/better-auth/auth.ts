import { type BetterAuthOptions, betterAuth } from "better-auth";
import { Pool } from "pg";
import { simdArgon2 } from "../argon2.js";
import type { Settings } from "../settings.js";
import { openSqlite } from "../sqlite.js";

/** Longer than the five minutes of its documentation, so that the cache does not lapse during a run. */
const COOKIE_CACHE_SECONDS = 3600;

export const isArgon2 = process.env.PASSWORD_HASHER === "node-rs";

export function createOptions({ database, secret }: Settings) {
  return {
    baseURL: "http://latchkey.test",
    secret,
    database:
      database.kind === "sqlite" ? openSqlite(database.file) : new Pool({ connectionString: database.url }),
    emailAndPassword: {
      enabled: true,
      ...(isArgon2 && {
        password: {
          hash: simdArgon2.hash,
          verify: ({ hash, password }: { readonly hash: string; readonly password: string }) =>
            simdArgon2.verify(hash, password),
        },
      }),
    },
    session: {
      ...(process.env.SESSION_REFRESH === "always" && { updateAge: 0 }),
      ...(process.env.COOKIE_CACHE === "on" && {
        cookieCache: { enabled: true, maxAge: COOKIE_CACHE_SECONDS },
      }),
    },
    // They would refuse the load.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
  } satisfies BetterAuthOptions;
}

export const createAuth = (options: ReturnType<typeof createOptions>) => betterAuth(options);
