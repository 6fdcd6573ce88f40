import { setTimeout as delay } from "node:timers/promises";
import { askMe, logIn } from "../asking.js";
import { type Entry } from "../entry.js";
import { exchange } from "../exchange.js";
import { applyLoad } from "../load.js";
import { isUsageKnown, readMemory } from "../process-usage.js";
import { planOf, type Scenario } from "../scenario.js";
import { defined, type Figures } from "../series.js";
import { type Contestant, takeTurns } from "../turns.js";

const REST_MS = 3000;

export const memory: Scenario = {
  name: "memory",
  what: "Resident memory of a new process some seconds after its first answers, then its peak under me and under logins.",
  cores: "all",
  judgedBy: "restMb",
  run(stage) {
    if (!isUsageKnown) throw new Error("This system does not tell what memory a process uses");
    const contestants = stage.entries.map(
      (entry): Contestant => ({ name: entry.name, measure: (seconds) => measure(entry, seconds) }),
    );
    return takeTurns(contestants, { ...planOf(stage), rounds: 1, warmUpSeconds: 0 }, stage.show);
  },
};

async function measure(entry: Entry, seconds: number): Promise<Figures> {
  await entry.server("all");
  const readers = await entry.readers();
  const [me, login] = [await askMe(entry), await logIn(entry)];
  await entry.stop();
  const server = entry.start("all");
  try {
    const url = await server.url;
    for (const { credentials } of readers.slice(0, 10)) await exchange(url, entry.protocol.me(credentials));
    await delay(REST_MS);
    const { residentMb, proportionalMb } = readMemory(server.pid);
    await applyLoad({ url, seconds, ask: me });
    const { peakMb: readPeakMb } = readMemory(server.pid);
    await applyLoad({ url, seconds, ask: login });
    const { peakMb: loginPeakMb } = readMemory(server.pid);
    return defined({ restMb: residentMb, restProportionalMb: proportionalMb, readPeakMb, loginPeakMb });
  } finally {
    await server.stop();
  }
}
