import { parseCpuList } from "../../bench/cores.js";
import { readOptions } from "../../bench/options.js";
import { type Figures, median, medianOf, ratioOf, type Series } from "../../bench/series.js";
import { takeTurns } from "../../bench/turns.js";

const series = (...rounds: readonly Figures[]): Series => ({
  scenario: "me",
  kind: "sqlite",
  users: 1000,
  contestant: "one",
  rounds,
});

describe("figures of a benchmark", () => {
  test.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
  ])("the median of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test("the median of nothing passes no comparison", () => {
    expect(median([])).toBeNaN();
    expect(medianOf(series({ rate: 1 }), "p50")).toBeUndefined();
  });

  test("a ratio is the median of the rounds' ratios, not the ratio of the medians", () => {
    const one = series({ rate: 10 }, { rate: 40 }, { rate: 90 });
    const other = series({ rate: 10 }, { rate: 10 }, { rate: 100 });
    expect(ratioOf(one, other, "rate")).toBe(1);
    expect(ratioOf(one, series({ rate: 5 }), "rate")).toBe(2);
    expect(ratioOf(one, series(), "rate")).toBeUndefined();
  });

  test("contestants take turns, and who fails once is out without a figure", async () => {
    const order: string[] = [];
    const contestant = (name: string, failsAt = Number.POSITIVE_INFINITY) => ({
      name,
      async measure(seconds: number) {
        order.push(`${name}${seconds}`);
        if (order.length >= failsAt) throw new Error("refused");
        return { rate: order.length };
      },
    });
    const plan = { rounds: 2, seconds: 1, warmUpSeconds: 9 };
    const outcomes = await takeTurns([contestant("A"), contestant("B", 4), contestant("C")], plan, () => {});
    expect(order).toEqual(["A9", "B9", "C9", "A1", "B1", "C1", "A1", "C1"]);
    expect(outcomes).toEqual([
      { contestant: "A", rounds: [{ rate: 4 }, { rate: 7 }] },
      { contestant: "B", rounds: [], failure: "refused" },
      { contestant: "C", rounds: [{ rate: 6 }, { rate: 8 }] },
    ]);
  });

  test.each([
    ["0-2,5", [0, 1, 2, 5]],
    ["3", [3]],
    ["", []],
  ])("the cores of %j", (list, cores) => {
    expect(parseCpuList(list)).toEqual(cores);
  });

  test("options are read, and what makes no sense is refused with the usage", () => {
    const read = (...args: readonly string[]) => readOptions(args, ["me", "login"]);
    expect(read("me", "--users", "5000,1000,5000", "--candidates", "Latchkey,nestjs")).toMatchObject({
      names: ["me"],
      kinds: ["sqlite", "postgresql"],
      sizes: [1000, 5000],
      candidates: ["latchkey", "nestjs"],
      write: false,
    });
    expect(read()).toMatchObject({ names: [], write: true });
    expect(read("login", "--write").write).toBe(true);
    expect(() => read("mee")).toThrow(/no scenario mee: me, login\n\nnpm run bench/);
    expect(() => read("--rounds", "0")).toThrow(/whole numbers from 1 on/);
    expect(() => read("--database", "mysql")).toThrow(/no database mysql/);
  });
});
