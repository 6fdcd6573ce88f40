import { demoEmail } from "../../src/cli/seed/demo-data.js";
import { rotate } from "../asking.js";
import { LATCHKEY } from "../candidates/index.js";
import type { Entry } from "../entry.js";
import { exchange } from "../exchange.js";
import type { Load } from "../load.js";
import { measureEntry, planOf, type Scenario, type Stage } from "../scenario.js";
import { type Contestant, takeTurns } from "../turns.js";

const SAMPLE = 100;

/** What more people cost: per request, and in the database. */
export const growth: Scenario = {
  name: "growth",
  what: "me of Latchkey with few and with many accounts, for people from all over the list, and the size of the database.",
  cores: "one",
  judgedBy: "serverMicros",
  isAboutGrowth: true,
  async run(stage) {
    const contestants: Contestant[] = [];
    for (const users of stage.options.sizes) {
      const contestant = await contend(stage, users);
      if (contestant !== undefined) contestants.push(contestant);
    }
    return takeTurns(contestants, planOf(stage), stage.show);
  },
};

async function contend(stage: Stage, users: number): Promise<Contestant | undefined> {
  const entry = await stage.entry(LATCHKEY, users);
  if (entry === undefined) return undefined;
  let ask: Promise<Load["ask"]> | undefined;
  const begin = () => {
    ask ??= askMeOfMany(entry, users);
    return ask;
  };
  return {
    name: entry.name,
    users,
    async measure(seconds) {
      const figures = await measureEntry(entry, { share: "one", seconds, begin });
      return { ...figures, databaseMb: entry.databaseMb };
    },
  };
}

async function askMeOfMany(entry: Entry, users: number): Promise<Load["ask"]> {
  const { url } = await entry.server("one");
  const { protocol } = entry;
  const requests = [];
  for (let i = 0; i < SAMPLE; i++) {
    const email = demoEmail(Math.floor((i / SAMPLE) * users));
    // Some of the made-up people are disabled.
    const answer = await exchange(url, protocol.login(email)).catch(() => undefined);
    if (answer !== undefined) requests.push(protocol.me(protocol.readCredentials(answer)));
  }
  if (requests.length < SAMPLE / 2) throw new Error("Few of the made-up people can log in");
  return rotate(requests);
}
