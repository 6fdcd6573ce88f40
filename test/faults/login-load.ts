import { setTimeout as delay } from "node:timers/promises";
import { Tally } from "./figures.js";
import { GraphqlClient } from "./graphql-client.js";
import { loginBeat } from "./pulse.js";

/**
 * A load generator, in a process of its own so that it slows down nobody who measures:
 * node login-load.js '{"url": …, "identifiers": […], "seconds": …, "atOnce": … or "perSecond": …}'
 */
export interface LoginLoad {
  readonly url: string;
  readonly identifiers: readonly string[];
  readonly seconds: number;
  /** Closed loop: so many people, each of whom waits for the answer. Shows what the server can do. */
  readonly atOnce?: number;
  /** Open loop: so many come each second whatever happens to those before them. Shows what too much does to it. */
  readonly perSecond?: number;
}

export interface LoadResult {
  readonly seconds: number;
  readonly sent: number;
  /** How many by outcome: "in", or the error's code. */
  readonly outcomes: Readonly<Record<string, number>>;
}

const TICK_MS = 5;

async function generate({ url, identifiers, seconds, atOnce, perSecond }: LoginLoad): Promise<LoadResult> {
  const client = new GraphqlClient(url);
  const outcomes = new Tally();
  const logIn = loginBeat(client, identifiers);
  let sent = 0;
  const logInNext = async (): Promise<void> => {
    sent += 1;
    outcomes.add((await logIn()).code ?? "in");
  };
  const startedAt = performance.now();
  const elapsed = (): number => (performance.now() - startedAt) / 1000;
  if (perSecond === undefined) {
    const people = Array.from({ length: atOnce ?? 1 }, async () => {
      while (elapsed() < seconds) await logInNext();
    });
    await Promise.all(people);
  } else {
    const pending: Promise<void>[] = [];
    for (; elapsed() < seconds; await delay(TICK_MS)) {
      while (sent < elapsed() * perSecond) pending.push(logInNext());
    }
    await Promise.all(pending);
  }
  client.close();
  const counts = outcomes.names.map((name) => [name, outcomes.of(name)]);
  return {
    seconds: Math.max(seconds, atOnce === undefined ? seconds : elapsed()),
    sent,
    outcomes: Object.fromEntries(counts),
  };
}

console.log(JSON.stringify(await generate(JSON.parse(process.argv[2] ?? ""))));
