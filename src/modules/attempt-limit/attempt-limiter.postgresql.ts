import type { Pool } from "pg";
import type { Clock } from "../../lib/clock.js";
import {
  type AttemptLimit,
  type AttemptLimiter,
  counterKey,
  firstDelaySeconds,
  toWaitSeconds,
} from "./attempt-limiter.js";

/** $1 key, $2 now, $3 the limit, $4 the window and $5 the first delay, both in seconds. */
const NEXT_COUNT = "(case when c.window_ends_at <= $2 then 1 else c.count + 1 end)";

const after = (seconds: string): string => `$2::timestamptz + make_interval(secs => ${seconds})`;
const delay = (count: string): string =>
  `least($4::float8, $5::float8 * power(2, least(${count} - $3::int, 16)))`;

/** Where nothing is to be waited for: long ago by every instance's clock, not "now" by one of them. */
const blockedUntil = (count: string): string =>
  `case when ${count} < $3 then to_timestamp(0) else ${after(delay(count))} end`;

const windowEnd = (count: string, otherwise: string): string =>
  `case when ${count} < $3 then ${otherwise} else ${after(`$4 + ${delay(count)}`)} end`;

/**
 * One statement, so that instances cannot both take the last free attempt: the row is locked while its condition is
 * judged. A counter that is blocked matches no condition, and nothing comes back.
 */
const TAKE = `
  insert into attempt_counters as c (key, count, window_ends_at, blocked_until)
  values ($1, 1, ${windowEnd("1", after("$4"))}, ${blockedUntil("1")})
  on conflict (key) do update set
    count = ${NEXT_COUNT},
    window_ends_at = ${windowEnd(NEXT_COUNT, `case when c.window_ends_at <= $2 then ${after("$4")} else c.window_ends_at end`)},
    blocked_until = ${blockedUntil(NEXT_COUNT)}
  where c.blocked_until <= $2
  returning 1`;

const BLOCKED_UNTIL =
  "select (extract(epoch from blocked_until) * 1000)::float8 as ms from attempt_counters where key = $1";

const GIVE_BACK = `
  update attempt_counters set count = greatest(0, count - 1),
    blocked_until = case when count - 1 < $2 then to_timestamp(0) else blocked_until end
  where key = $1`;

const FORGET = "delete from attempt_counters where key = $1";

/** Rows that another instance is just counting in are left for the next time. */
const PRUNE = `
  delete from attempt_counters where key in
    (select key from attempt_counters where window_ends_at <= $1 limit 1000 for update skip locked)`;

/** Across instances. A failing database lets no attempt through: it throws. */
export class PostgresqlAttemptLimiter implements AttemptLimiter {
  constructor(
    private readonly client: Pool,
    private readonly clock: Clock,
  ) {}

  async take(limit: AttemptLimit, subject: string): Promise<number> {
    const key = counterKey(limit, subject);
    const now = this.clock();
    const values = [key, new Date(now), limit.max, limit.windowSeconds, firstDelaySeconds(limit)];
    const { rowCount } = await this.client.query({ name: "take-attempt", text: TAKE, values });
    if (rowCount === 1) return 0;
    const { rows } = await this.client.query<{ ms: number }>(BLOCKED_UNTIL, [key]);
    return toWaitSeconds(rows[0]?.ms ?? now, now);
  }

  async giveBack(limit: AttemptLimit, subject: string): Promise<void> {
    await this.client.query(GIVE_BACK, [counterKey(limit, subject), limit.max]);
  }

  async forget(limit: AttemptLimit, subject: string): Promise<void> {
    await this.client.query(FORGET, [counterKey(limit, subject)]);
  }

  async prune(): Promise<number> {
    let pruned = 0;
    for (let count = 1; count > 0; pruned += count) {
      count = (await this.client.query(PRUNE, [new Date(this.clock())])).rowCount ?? 0;
    }
    return pruned;
  }
}
