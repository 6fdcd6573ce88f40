import { parseArgs } from "node:util";
import type { DatabaseKind } from "../test/faults/program.js";

export const DATABASE_KINDS: readonly DatabaseKind[] = ["sqlite", "postgresql"];

export interface BenchOptions {
  /** Of scenarios; none means all. */
  readonly names: readonly string[];
  readonly kinds: readonly DatabaseKind[];
  /** How many accounts there are, ascending: every scenario runs with the fewest, what asks for growth with the most too. */
  readonly sizes: readonly number[];
  /** Whether every scenario runs at every size. */
  readonly everySize: boolean;
  /** How the names of those candidates begin that take part, in lower case; none means all. */
  readonly candidates: readonly string[];
  readonly rounds: number;
  /** Of one measurement. */
  readonly seconds: number;
  /** Of load before the first measurement of a scenario. */
  readonly warmUpSeconds: number;
  /** Whether the results become bench/RESULTS.md. */
  readonly write: boolean;
}

export const USAGE = `npm run bench -- [scenario ...] [options]
  --database sqlite|postgresql   one of them; both otherwise
  --users 1000,1000000           how many accounts: everything is measured with the fewest, growth up to the most
  --every-size                   everything is measured with each of them
  --candidates latchkey,nestjs   those whose names begin so; all that are installed otherwise
  --rounds 3 --seconds 2         how many measurements of each, and how long one is
  --warm-up 8                    seconds of load before the first of them
  --write                        writes bench/RESULTS.md, as a run of all scenarios does`;

/** @throws with the usage when they make no sense */
export function readOptions(args: readonly string[], scenarios: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      database: { type: "string" },
      users: { type: "string", default: "1000,1000000" },
      "every-size": { type: "boolean", default: false },
      candidates: { type: "string", default: "" },
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "2" },
      "warm-up": { type: "string", default: "8" },
      write: { type: "boolean", default: false },
    },
  });
  const unknown = positionals.find((name) => !scenarios.includes(name));
  if (unknown !== undefined) throw refusal(`There is no scenario ${unknown}: ${scenarios.join(", ")}`);
  const kinds = DATABASE_KINDS.filter((kind) => values.database === undefined || values.database === kind);
  if (kinds.length === 0) throw refusal(`There is no database ${values.database}`);
  const sizes = values.users.split(",").map((text) => readNumber("--users", text, 1));
  return {
    names: positionals,
    kinds,
    sizes: [...new Set(sizes)].sort((a, b) => a - b),
    everySize: values["every-size"],
    candidates: values.candidates.toLowerCase().split(",").filter(Boolean),
    rounds: readNumber("--rounds", values.rounds, 1),
    seconds: readNumber("--seconds", values.seconds, 1),
    warmUpSeconds: readNumber("--warm-up", values["warm-up"], 0),
    write: values.write || (positionals.length === 0 && values.database === undefined),
  };
}

function readNumber(option: string, text: string, min: number): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isInteger(value) && value >= min) return value;
  throw refusal(`Option '${option}' takes whole numbers from ${min} on, not ${text}`);
}

const refusal = (fault: string): Error => new Error(`${fault}\n\n${USAGE}`);
