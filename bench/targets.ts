import { betterAuth, betterAuthArgon2, betterAuthRefresh } from "./candidates/better-auth.js";
import { express } from "./candidates/express.js";
import { LATCHKEY } from "./candidates/index.js";
import { nestjs } from "./candidates/nestjs.js";
import { nodeHttp } from "./candidates/node-http.js";
import { BARE_UPDATE_NAME, hashRateName } from "./limits.js";
import { type Metric, medianOf, ratioOf, type Series } from "./series.js";
import type { Table } from "./table.js";

/** What is promised of Latchkey on SQLite, in one run. */
interface Target {
  readonly promise: string;
  /** Undefined when the run has no figures for it. */
  measure(run: Results): number | undefined;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly unit: "x" | "%" | "ms" | "MB" | "bytes";
}

export interface Judgement {
  readonly promise: string;
  readonly measured: string;
  /** Undefined where nothing was measured. */
  readonly holds: boolean | undefined;
}

/** The figures on SQLite. */
class Results {
  constructor(
    private readonly series: readonly Series[],
    /** With which Latchkey hashes, as the raw hash rate names it. */
    readonly hashEngine: string,
  ) {}

  /** By the number of users, ascending. */
  all(scenario: string): readonly Series[] {
    return this.series
      .filter((one) => one.kind === "sqlite" && one.scenario === scenario && one.failure === undefined)
      .sort((a, b) => a.users - b.users);
  }

  /** With the fewest users that there are figures for. */
  find(scenario: string, contestant = LATCHKEY): Series | undefined {
    return this.all(scenario).find((one) => one.contestant === contestant);
  }

  /** How many times Latchkey's server time another's is; where the system does not tell it, by rates. */
  savingOver(contestant: string, scenario: string): number | undefined {
    const [own, other] = [this.find(scenario), this.find(scenario, contestant)];
    if (own === undefined || other === undefined) return undefined;
    return ratioOf(other, own, "serverMicros") ?? ratioOf(own, other, "rate");
  }

  /** How many times another's rate Latchkey's is. */
  speedOver(contestant: string, scenario: string): number | undefined {
    const [own, other] = [this.find(scenario), this.find(scenario, contestant)];
    return own === undefined || other === undefined ? undefined : ratioOf(own, other, "rate");
  }

  /** What Latchkey measured to what it measured in the same rounds of the same scenario. */
  share(scenario: string, metric: Metric, of: Metric): number | undefined {
    const own = this.find(scenario);
    return own === undefined ? undefined : ratioOf(own, own, metric, of);
  }

  own(scenario: string, metric: Metric): number | undefined {
    const own = this.find(scenario);
    return own === undefined ? undefined : medianOf(own, metric);
  }

  /** Of the same with the most users to that with the fewest: the worst of a scenario. */
  growth(scenario: string, metric: Metric): number | undefined {
    const all = this.all(scenario);
    const ratios = [...new Set(all.map(({ contestant }) => contestant))].flatMap((contestant) => {
      const [fewest, ...more] = all.filter((one) => one.contestant === contestant);
      const most = more.at(-1);
      return fewest === undefined || most === undefined ? [] : (ratioOf(most, fewest, metric) ?? []);
    });
    return ratios.length === 0 ? undefined : Math.max(...ratios);
  }

  /** What each further user with a session takes in the database. */
  bytesPerUser(): number | undefined {
    const [fewest, ...more] = this.all("growth");
    const most = more.at(-1);
    if (fewest === undefined || most === undefined) return undefined;
    const [few, many] = [medianOf(fewest, "databaseMb"), medianOf(most, "databaseMb")];
    if (few === undefined || many === undefined) return undefined;
    return ((many - few) * 1e6) / (most.users - fewest.users);
  }
}

const inPercent = (share: number | undefined): number | undefined =>
  share === undefined ? undefined : share * 100;

const TARGETS: readonly Target[] = [
  {
    promise: "me: at least 11 times better-auth",
    measure: (run) => run.savingOver(betterAuth.name, "me"),
    atLeast: 11,
    unit: "x",
  },
  {
    promise: "me: at least 15 times NestJS",
    measure: (run) => run.savingOver(nestjs.name, "me"),
    atLeast: 15,
    unit: "x",
  },
  {
    promise: "me: at least 20 % of raw node:http",
    measure: (run) => inPercent(run.savingOver(nodeHttp.name, "me")),
    atLeast: 20,
    unit: "%",
  },
  {
    promise: "refreshTokens: at least 10 times better-auth's session refresh",
    measure: (run) => run.speedOver(betterAuthRefresh.name, "refresh"),
    atLeast: 10,
    unit: "x",
  },
  {
    promise: "refreshTokens: at least 50 % of the rate of a bare UPDATE",
    measure: (run) => inPercent(run.speedOver(BARE_UPDATE_NAME, "refresh")),
    atLeast: 50,
    unit: "%",
  },
  {
    promise: "login: at least 90 % of the raw hash rate",
    measure: (run) => inPercent(run.speedOver(hashRateName(run.hashEngine), "login")),
    atLeast: 90,
    unit: "%",
  },
  {
    promise: "login: at least 8 times better-auth at its default",
    measure: (run) => run.speedOver(betterAuth.name, "login"),
    atLeast: 8,
    unit: "x",
  },
  {
    promise: "login: at least 1.3 times better-auth with the same hash and engine",
    measure: (run) => run.speedOver(betterAuthArgon2.name, "login"),
    atLeast: 1.3,
    unit: "x",
  },
  ...[nestjs.name, express.name].map(
    (peer): Target => ({
      promise: `login: at least 2.5 times ${peer}, with npm's argon2`,
      measure: (run) => run.speedOver(peer, "login"),
      atLeast: 2.5,
      unit: "x",
    }),
  ),
  {
    promise: "me while logins saturate the cores: at least 65 % of its rate alone",
    measure: (run) => inPercent(run.share("saturation", "besideRate", "aloneRate")),
    atLeast: 65,
    unit: "%",
  },
  {
    promise: "me while logins saturate the cores: p99 at most 2 times that alone",
    measure: (run) => run.share("saturation", "besideP99", "aloneP99"),
    atMost: 2,
    unit: "x",
  },
  {
    promise: "cold start to the first me: under 500 ms",
    measure: (run) => run.own("cold-start", "startMs"),
    atMost: 500,
    unit: "ms",
  },
  {
    promise: "memory at rest: under 120 MB",
    measure: (run) => run.own("memory", "restMb"),
    atMost: 120,
    unit: "MB",
  },
  {
    promise: "me with the most users: at most 1.2 times the cost with the fewest",
    measure: (run) => run.growth("growth", "serverMicros") ?? run.growth("growth", "p50"),
    atMost: 1.2,
    unit: "x",
  },
  {
    promise: "pages and searches with the most users: at most 2 times the time with the fewest",
    measure: (run) => run.growth("scale", "p50"),
    atMost: 2,
    unit: "x",
  },
  {
    promise: "database: at most 700 bytes per user and session",
    measure: (run) => run.bytesPerUser(),
    atMost: 700,
    unit: "bytes",
  },
];

/** @param hashEngine of Latchkey, as the raw hash rate names it */
export function judge(series: readonly Series[], hashEngine: string): readonly Judgement[] {
  const run = new Results(series, hashEngine);
  return TARGETS.map(({ promise, measure, atLeast = -Infinity, atMost = Infinity, unit }) => {
    const value = measure(run);
    if (value === undefined) return { promise, measured: "–", holds: undefined };
    const measured = unit === "x" ? `${value.toFixed(2)}x` : `${value.toFixed(0)} ${unit}`;
    return { promise, measured, holds: value >= atLeast && value <= atMost };
  });
}

export function tableOfJudgements(judgements: readonly Judgement[]): Table {
  const verdict = ({ holds }: Judgement): string => {
    if (holds === undefined) return "not measured";
    return holds ? "holds" : "MISSED";
  };
  return [
    ["promise", "measured", ""],
    ...judgements.map((judgement) => [judgement.promise, judgement.measured, verdict(judgement)]),
  ];
}
