import { setTimeout as delay } from "node:timers/promises";
import { type Entry, pick } from "../entry.js";
import { exchange } from "../exchange.js";
import { planOf, type Scenario } from "../scenario.js";
import { type Contestant, takeTurns } from "../turns.js";

const FEWEST_ROUNDS = 7;
const PATIENCE_MS = 10_000;
const RETRY_MS = 2;

export const coldStart: Scenario = {
  name: "cold-start",
  what: "From the start of the process, over a database that is there, to the first answer to me.",
  cores: "all",
  judgedBy: "startMs",
  run(stage) {
    const contestants = stage.entries.map(
      (entry): Contestant => ({ name: entry.name, measure: () => measure(entry) }),
    );
    const plan = planOf(stage);
    return takeTurns(contestants, { ...plan, rounds: Math.max(plan.rounds, FEWEST_ROUNDS) }, stage.show);
  },
};

async function measure(entry: Entry): Promise<{ readonly startMs: number }> {
  await entry.server("all");
  const [reader] = [pick(await entry.readers(), 0)];
  await entry.stop();
  const startedAt = performance.now();
  const server = entry.start("all");
  try {
    const url = await server.url;
    for (;;) {
      try {
        await exchange(url, entry.protocol.me(reader.credentials));
        return { startMs: performance.now() - startedAt };
      } catch (error) {
        if (performance.now() - startedAt > PATIENCE_MS) throw error;
        await delay(RETRY_MS);
      }
    }
  } finally {
    await server.stop();
  }
}
