import { LATCHKEY } from "../../bench/candidates/index.js";
import { chartOf, toSvg } from "../../bench/plot.js";
import type { Figures, Series } from "../../bench/series.js";
import { tableOf, toMarkdown, toText } from "../../bench/table.js";
import { judge } from "../../bench/targets.js";

const measured = (scenario: string, contestant: string, figures: Figures, users = 1000): Series => ({
  scenario,
  kind: "sqlite",
  users,
  contestant,
  rounds: [figures],
});

const ME = [
  measured("me", LATCHKEY, { rate: 20_000, serverMicros: 50 }),
  measured("me", "better-auth", { rate: 1500, serverMicros: 600 }),
  { ...measured("me", "a|b", {}), rounds: [], failure: "answered\nwith 500" },
];

const judgementOf = (promise: RegExp, series: readonly Series[], engine = "node-rs") =>
  judge(series, engine).find((judgement) => promise.test(judgement.promise));

describe("targets", () => {
  test("reads are judged by server time", () => {
    const promise = /^me: .* better-auth/;
    expect(judgementOf(promise, ME)).toMatchObject({ measured: "12.00x", holds: true });
    const slower = [measured("me", LATCHKEY, { rate: 20_000, serverMicros: 60 }), ...ME.slice(1)];
    expect(judgementOf(promise, slower)).toMatchObject({ measured: "10.00x", holds: false });
  });

  test("and by rates where the system does not tell the time", () => {
    const rates = [measured("me", LATCHKEY, { rate: 30 }), measured("me", "node:http", { rate: 100 })];
    expect(judgementOf(/raw node:http/, rates)).toMatchObject({ measured: "30 %", holds: true });
  });

  test("what was not measured is neither held nor missed, on PostgreSQL neither", () => {
    const postgresql = ME.map((one): Series => ({ ...one, kind: "postgresql" }));
    for (const run of [[], postgresql])
      expect(new Set(judge(run, "node-rs").map(({ holds }) => holds))).toEqual(new Set([undefined]));
  });

  test("logins are held against the raw rate of the engine in use", () => {
    const run = [
      measured("login", LATCHKEY, { rate: 91 }),
      measured("login", "raw hash rate, node-rs", { rate: 100 }),
      measured("login", "raw hash rate, argon2", { rate: 200 }),
    ];
    expect(judgementOf(/raw hash rate/, run)).toMatchObject({ measured: "91 %", holds: true });
    expect(judgementOf(/raw hash rate/, run, "argon2")).toMatchObject({ measured: "46 %", holds: false });
  });

  test("growth is that from the fewest users to the most, of the worst", () => {
    const run = [
      measured("growth", LATCHKEY, { serverMicros: 61, databaseMb: 601 }, 1_001_000),
      measured("growth", LATCHKEY, { serverMicros: 50, databaseMb: 1 }, 1000),
      measured("scale", "first page", { p50: 1 }, 1000),
      measured("scale", "last page", { p50: 1 }, 1000),
      measured("scale", "first page", { p50: 1 }, 1_001_000),
      measured("scale", "last page", { p50: 3 }, 1_001_000),
    ];
    expect(judgementOf(/cost with the fewest/, run)).toMatchObject({ measured: "1.22x", holds: false });
    expect(judgementOf(/^pages/, run)).toMatchObject({ measured: "3.00x", holds: false });
    expect(judgementOf(/^database/, run)).toMatchObject({ measured: "600 bytes", holds: true });
  });
});

describe("tables", () => {
  const table = tableOf(ME, "serverMicros");

  test("show medians, what that is of Latchkey's, and failures instead of figures", () => {
    expect(table).toEqual([
      ["", "per second", "server µs each", "server µs each: to Latchkey"],
      [LATCHKEY, "20,000", "50.0", "1.00x"],
      ["better-auth", "1,500", "600.0", "12.00x"],
      ["a|b", "–", "–", "failed: answered with 500"],
    ]);
  });

  test("compare each with itself where there are several sizes", () => {
    const growth = [
      measured("growth", LATCHKEY, { p50: 2 }, 1000),
      measured("growth", LATCHKEY, { p50: 3 }, 1_000_000),
    ];
    expect(tableOf(growth, "p50").at(-1)).toEqual([`${LATCHKEY}, 1,000,000 users`, "3.00", "1.50x"]);
  });

  test("become Markdown whose cells stay apart, and aligned text", () => {
    const lines = toMarkdown(table).split("\n");
    expect(lines[1]).toBe("|---|---:|---:|---:|");
    expect(lines[3]).toBe("| better-auth | 1,500 | 600.0 | 12.00x |");
    expect(lines[4]).toContain("| a\\|b |");
    const [heading = "", row = ""] = toText(table).split("\n");
    expect(row.indexOf("20,000") + "20,000".length).toBe(heading.indexOf("per second") + "per second".length);
  });
});

describe("the picture", () => {
  const chart = chartOf("me <by> time", ME, "serverMicros");
  const svg = toSvg(chart === undefined ? [] : [chart]);

  test("shows times Latchkey's cost, also where the rate is judged", () => {
    expect(chart?.bars.map(({ value }) => value)).toEqual([1, 12]);
    expect(chartOf("me", ME, "rate")?.bars[1]?.value).toBeCloseTo(20_000 / 1500);
  });

  test("is readable in light and dark, with bars in the order of their values, one below the other", () => {
    expect(svg).toContain("prefers-color-scheme: dark");
    expect(svg).toContain("me &lt;by> time");
    const bars = [...svg.matchAll(/<rect class="(\w+)" x="\d+" y="(\d+)" width="([\d.]+)" height="(\d+)"/g)];
    expect(bars.map(([, kind]) => kind)).toEqual(["own", "other"]);
    const [first, second] = bars.map(([, , y, width, height]) => [y, width, height].map(Number));
    expect(Number(first?.[0]) + Number(first?.[2])).toBeLessThan(Number(second?.[0]));
    expect(Number(first?.[1])).toBeLessThan(Number(second?.[1]));
  });

  test("is not drawn of Latchkey alone", () => {
    expect(chartOf("me", ME.slice(0, 1), "serverMicros")).toBeUndefined();
  });
});
