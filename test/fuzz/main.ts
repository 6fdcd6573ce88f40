import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { buildSchema } from "graphql";
import { Report } from "../faults/figures.js";
import type { DatabaseKind } from "../faults/program.js";
import { Scope } from "../faults/scope.js";
import { readText } from "../support/repository.js";
import { fuzzCases } from "./arbitraries/requests.js";
import { Exchange } from "./exchange.js";
import { Gate } from "./gate.js";
import { Lane } from "./lane.js";
import { Statistics } from "./statistics.js";
import { Target } from "./target.js";

const USAGE = "npm run test:fuzz -- [--cases N] [--seed S] [--database sqlite|postgresql]";
const DEFAULT_CASES = 10_000;
/** At once; the server is one thread. */
const LANES = 4;
/** From here on everything that can be reached should have been. */
const ENOUGH_CASES = 5000;
/** Results of every kind of journey, successful and not. */
const EXPECTED_RESULTS = [
  "AuthPayload",
  "InvalidInput",
  "InvalidCredentials",
  "InvalidToken",
  "Session",
  "User",
];

interface Options {
  readonly count: number;
  readonly seed: number;
  readonly kind: DatabaseKind;
}

/** Sends generated requests of every kind to a real server, and holds each answer against what was promised. */
async function main({ count, seed, kind }: Options, scope: Scope): Promise<boolean> {
  console.log(
    `\nfuzz (${kind}) - whatever is sent, the server answers soon and tells nothing; --seed ${seed}`,
  );
  const report = new Report();
  const target = await Target.start(kind, scope);
  const statistics = new Statistics();
  const exchange = new Exchange(() => target.url);
  scope.defer(() => exchange.close());
  const bystander = await target.signUp("bystander");

  const cases = fuzzCases(buildSchema(readText("schema.graphql")));
  const track = { target, exchange, gate: new Gate(), statistics, cases, finder: undefined };
  const lanes = Array.from({ length: LANES }, (_, index) =>
    new Lane(track, `player${index}`).run(Math.ceil(count / LANES), seed + index),
  );
  const found = (await Promise.all(lanes)).filter((violation) => violation !== null);

  report.figure("seed", seed);
  report.figure("results", statistics.results);
  report.figure("codes", statistics.codes);
  report.figure("slowest", statistics.describeSlowest());
  report.figure("doubtful, and cleared when sent again alone", statistics.cleared.join("; ") || "none");
  report.checkNone(statistics.describe(), found);
  await checkAftermath(target, bystander, report);
  if (count >= ENOUGH_CASES) checkReach(statistics, report);
  return report.verdict();
}

async function checkAftermath(
  target: Target,
  bystander: Awaited<ReturnType<Target["signUp"]>>,
  report: Report,
): Promise<void> {
  report.check("a bystander's token is still good", await target.recognises(bystander));
  const again = await target.logIn(bystander).catch(() => undefined);
  report.check("a bystander still logs in", again !== undefined);
  report.checkNone("the data is in order", await target.database.findFaults());
  report.check("the server never ended by itself", target.deaths === 0, target.deaths);
  report.check("it stops in order", (await target.stop()) === 0);
  report.checkNone("no error and no secret in its log", target.readLogFaults());
}

/** A program whose cases are all refused at the door would find nothing, and be content. */
function checkReach({ classes, results }: Statistics, report: Report): void {
  const missed = EXPECTED_RESULTS.filter((name) => results.of(name) === 0);
  report.checkNone("every kind of result was met", missed);
  const share = classes.of("200") / classes.total;
  report.check("a fifth of the cases got through", share > 0.2, `${Math.round(share * 100)} %`);
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      cases: { type: "string", default: String(DEFAULT_CASES) },
      seed: { type: "string", default: String(randomInt(2 ** 31)) },
      database: { type: "string", default: "sqlite" },
    },
  });
  const [count, seed, kind] = [Number(values.cases), Number(values.seed), values.database];
  const isKnown = kind === "sqlite" || kind === "postgresql";
  if (!isKnown || !(Number.isInteger(count) && count > 0) || !Number.isInteger(seed)) throw new Error(USAGE);
  return { count, seed, kind };
}

const scope = new Scope();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void scope.close().then(() => process.exit(1)));
}
try {
  process.exitCode = (await main(readOptions(), scope)) ? 0 : 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  await scope.close();
}
