import type { QueryResult, QueryResultRow } from "pg";
import type { Clock } from "../../lib/clock.js";
import { sqlMilliseconds } from "../../lib/sql-milliseconds.js";
import {
  type AttemptLimit,
  type AttemptLimiter,
  type CountedAttempt,
  counterKey,
  firstDelaySeconds,
  MAX_DOUBLINGS,
  type RefusedAttempt,
  refusedUntil,
} from "./attempt-limiter.js";

/** $1 key, $2 now, $3 the limit, $4 the window and $5 the first delay, both in seconds. */
const sqlAfter = (start: string, seconds: string): string => `${start} + make_interval(secs => ${seconds})`;
const sqlDelaySeconds = (count: string): string =>
  `least($4::float8, $5::float8 * power(2, least(${count} - $3::int, ${MAX_DOUBLINGS})))`;

/** A time that is past by every instance's clock, unlike "now" by one of them. */
const LONG_AGO = "to_timestamp(0)";
const sqlBlockedUntil = (count: string, otherwise: string): string =>
  `case when ${count} < $3 then ${otherwise} else ${sqlAfter("$2::timestamptz", sqlDelaySeconds(count))} end`;

const IS_OVER = `${sqlAfter("greatest(c.started_at, c.blocked_until)", "$4::float8")} <= $2`;
const NEXT_COUNT = `(case when ${IS_OVER} then 1 else c.count + 1 end)`;
const UNBLOCKED = `(case when ${IS_OVER} then ${LONG_AGO} else c.blocked_until end)`;

/**
 * Makes a statement's transaction not wait for the disk, so that everybody behind one address does not queue at their counter,
 * whose row is locked meanwhile: a crash of the database forgets the attempts of its last half second (PostgreSQL's
 * documentation, 28.4).
 */
const WITHOUT_WAITING = "set_config('synchronous_commit', 'off', true)";

/**
 * One statement, so that instances cannot both take the last free attempt: the row is locked while its condition is
 * judged. A counter that is blocked matches no condition, and nothing comes back.
 */
const TAKE = {
  name: "take-attempt",
  text: `
  insert into attempt_counters as c (key, count, started_at, blocked_until, blocked_before, ends_at)
  select $1, 1, $2::timestamptz, ${sqlBlockedUntil("1", LONG_AGO)}, ${LONG_AGO},
    ${sqlAfter("$2::timestamptz", "2 * $4::float8")}
  from ${WITHOUT_WAITING} where true
  on conflict (key) do update set
    count = ${NEXT_COUNT},
    started_at = case when ${IS_OVER} then $2 else c.started_at end,
    blocked_until = ${sqlBlockedUntil(NEXT_COUNT, UNBLOCKED)},
    blocked_before = ${UNBLOCKED},
    ends_at = excluded.ends_at
  where c.blocked_until <= $2
  returning ${sqlMilliseconds("started_at")} as started_at, ${sqlMilliseconds("blocked_until")} as blocked_until`,
};

const BLOCKED_UNTIL = {
  name: "attempts-blocked-until",
  text: `select ${sqlMilliseconds("blocked_until")} as ms from attempt_counters where key = $1`,
};

const GIVE_BACK = {
  name: "give-attempt-back",
  text: `
  update attempt_counters set count = count - 1,
    blocked_until = case
      when count - 1 < $4 then ${LONG_AGO}
      when ${sqlMilliseconds("blocked_until")} = $3 then blocked_before
      else blocked_until end
  where key = $1 and ${sqlMilliseconds("started_at")} = $2 and ${WITHOUT_WAITING} = 'off'`,
};

const FORGET = {
  name: "forget-attempts",
  text: `delete from attempt_counters where key = $1 and ${WITHOUT_WAITING} = 'off'`,
};

/** Rows that another instance is just counting in are left for the next time. */
const PRUNE = {
  name: "prune-attempts",
  text: `
  delete from attempt_counters where key in
    (select key from attempt_counters where ends_at <= $1 limit 1000 for update skip locked)`,
};

/** Each is prepared once on each connection, under its name. */
type RunPrepared = <Row extends QueryResultRow>(query: {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}) => Promise<QueryResult<Row>>;

/** Across instances. A failing database lets no attempt through: it throws. */
export class PostgresqlAttemptLimiter implements AttemptLimiter {
  constructor(
    private readonly runPrepared: RunPrepared,
    private readonly clock: Clock,
  ) {}

  async take(limit: AttemptLimit, subject: string): Promise<CountedAttempt | RefusedAttempt> {
    const key = counterKey(limit, subject);
    const now = this.clock();
    const values = [key, new Date(now), limit.max, limit.windowSeconds, firstDelaySeconds(limit)];
    const taken = await this.runPrepared<{ started_at: number; blocked_until: number }>({ ...TAKE, values });
    const [counter] = taken.rows;
    if (counter !== undefined) {
      return { key, startedAt: counter.started_at, blockedUntil: counter.blocked_until, max: limit.max };
    }
    const refused = await this.runPrepared<{ ms: number }>({ ...BLOCKED_UNTIL, values: [key] });
    return refusedUntil(refused.rows[0]?.ms ?? now, now);
  }

  async giveBack({ key, startedAt, blockedUntil, max }: CountedAttempt): Promise<void> {
    await this.runPrepared({ ...GIVE_BACK, values: [key, startedAt, blockedUntil, max] });
  }

  async forget({ key }: Pick<CountedAttempt, "key">): Promise<void> {
    await this.runPrepared({ ...FORGET, values: [key] });
  }

  async prune(signal?: AbortSignal): Promise<number> {
    let pruned = 0;
    for (let count = 1; count > 0 && !signal?.aborted; pruned += count) {
      count = (await this.runPrepared({ ...PRUNE, values: [new Date(this.clock())] })).rowCount ?? 0;
    }
    return pruned;
  }
}
