import { setTimeout as delay } from "node:timers/promises";
import { askMe, logIn } from "../asking.js";
import type { Entry } from "../entry.js";
import { applyLoad, HASH_CONNECTIONS } from "../load.js";
import { becomeQuiet } from "../process-usage.js";
import { planOf, type Scenario } from "../scenario.js";
import type { Figures } from "../series.js";
import { type Contestant, takeTurns } from "../turns.js";

/** The logins begin before and end after what is measured. */
const LEAD_MS = 500;

export const saturation: Scenario = {
  name: "saturation",
  what: `me alone, then while ${HASH_CONNECTIONS} connections log in without pause.`,
  cores: "all",
  judgedBy: "besideRate",
  run(stage) {
    const contestants = stage.entries.map(
      (entry): Contestant => ({ name: entry.name, measure: (seconds) => measure(entry, seconds) }),
    );
    return takeTurns(contestants, planOf(stage), stage.show);
  },
};

async function measure(entry: Entry, seconds: number): Promise<Figures> {
  const { url, pid } = await entry.server("all");
  const [me, login] = [await askMe(entry), await logIn(entry)];
  const alone = await applyLoad({ url, seconds, ask: me });
  await becomeQuiet(pid);
  const loginSeconds = seconds + (2 * LEAD_MS) / 1000;
  const logins = applyLoad({ url, seconds: loginSeconds, connections: HASH_CONNECTIONS, ask: login });
  const beside = delay(LEAD_MS).then(() => applyLoad({ url, seconds, ask: me }));
  const [loginFigures, besideFigures] = await Promise.all([logins, beside]);
  await becomeQuiet(pid);
  return {
    aloneRate: alone.rate,
    besideRate: besideFigures.rate,
    aloneP99: alone.p99,
    besideP99: besideFigures.p99,
    loginRate: loginFigures.rate,
  };
}
