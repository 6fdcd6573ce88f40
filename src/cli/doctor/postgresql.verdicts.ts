import type { Config } from "../../config/config.js";
import { type Finding, fail, failInProduction, ok, warn } from "./finding.js";
import { isLocalHost } from "./site.js";

/** Beyond it sessions, waits and the grace of a refresh are judged differently from instance to instance. */
const [SMALL_SKEW_MS, LARGE_SKEW_MS] = [1000, 5000];

const MIN_VERSION = 130_000;

/** As the database has answered. */
type Row = Readonly<Record<string, unknown>>;

export function judgeVersion({ version, number, database }: Row): Finding {
  const seen = `PostgreSQL ${version}, database ${database}`;
  const isOld = Number(number) < MIN_VERSION;
  return isOld ? fail("database", seen, "take version 13 or newer") : ok("database", seen);
}

export function judgeWrites({ standby, read_only, may_write }: Row): Finding {
  const name = "database writes";
  if (standby) return fail(name, "a standby: it takes no writes", "let DATABASE_URL lead to the primary");
  if (read_only)
    return fail(name, "read-only for this role or database", "see default_transaction_read_only");
  if (may_write) return ok(name, "a primary, and the role may write");
  return refuseRole("write to all tables");
}

export function refuseRole(what: string): Finding {
  return fail(
    "database writes",
    `the role may not ${what}`,
    "grant it select, insert, update and delete on them",
  );
}

/** How the driver understands the URL: `require`, `verify-ca` and `verify-full` all verify the certificate. */
export function judgeTls(databaseUrl: string): Finding {
  const name = "database TLS";
  const { hostname, searchParams } = new URL(databaseUrl);
  const host = searchParams.get("host") ?? decodeURIComponent(hostname);
  const mode =
    searchParams.get("sslmode") ?? (/^(true|1)$/.test(searchParams.get("ssl") ?? "") ? "require" : null);
  if (host === "" || host.startsWith("/")) return ok(name, "a socket of this machine");
  if (isLocalHost(host)) return ok(name, "the database is on this machine");
  if (mode === null || mode === "disable") {
    const seen = `${mode === null ? "no sslmode" : "sslmode=disable"}: everything travels in the clear to ${host}`;
    return warn(name, seen, "add ?sslmode=verify-full to DATABASE_URL");
  }
  if (mode === "no-verify") {
    const seen = `sslmode=no-verify: whoever is on the way can pose as ${host}`;
    return warn(name, seen, "take sslmode=verify-full, with sslrootcert=<file> for an authority of your own");
  }
  return ok(name, `sslmode=${mode}`);
}

/** @param limits of server, database and role; -1 is none */
export function judgeConnections(limits: Row, poolSize: number): Finding {
  const usable = Math.min(
    ...["server", "database", "role"].map((of) => Number(limits[of])).filter((limit) => limit >= 0),
  );
  const instances = Math.floor(usable / poolSize);
  const name = "DATABASE_POOL_SIZE";
  const seen = `${poolSize} of ${usable} connections that the database allows`;
  const advice = "lower it, or raise max_connections or put a pooler in front";
  if (instances === 0) return fail(name, `${seen}: one instance alone runs out`, advice);
  if (instances === 1) return warn(name, `${seen}: a second instance runs out`, advice);
  return ok(name, `${seen}: room for ${instances} instances, if nothing else uses it`);
}

/** What was acknowledged has to be there after a crash of the database. */
export function judgeDurability(
  { synchronous_commit, fsync, full_page_writes }: Row,
  config: Pick<Config, "isProduction">,
): readonly Finding[] {
  const name = "durability";
  const faults = [
    fsync === "off" && "fsync is off: a crash of the machine can destroy the database",
    synchronous_commit === "off" && "synchronous_commit is off: a crash can undo what was acknowledged",
    full_page_writes === "off" && "full_page_writes is off: a crash can tear pages",
  ].filter((fault) => fault !== false);
  if (faults.length === 0) return [ok(name, `fsync on, synchronous_commit ${synchronous_commit}`)];
  return faults.map((fault) => failInProduction(config, name, fault, "turn it on for this database"));
}

/** @param skewMs how far the database is ahead of this machine */
export function judgeSkew(skewMs: number, uncertaintyMs: number): Finding {
  const direction = skewMs > 0 ? "ahead of" : "behind";
  const seen = `the database is ${Math.abs(skewMs).toFixed(0)} ms ${direction} this machine (give or take ${uncertaintyMs.toFixed(0)} ms)`;
  const advice = "have all machines keep time by NTP";
  const certainMs = Math.abs(skewMs) - uncertaintyMs;
  if (certainMs > LARGE_SKEW_MS) return fail("clock", seen, advice);
  return certainMs > SMALL_SKEW_MS ? warn("clock", seen, advice) : ok("clock", seen);
}
