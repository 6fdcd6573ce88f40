import { Progress } from "../../../src/cli/progress.js";

describe("progress", () => {
  function watch(isTTY: boolean, begun = 0) {
    let now = 0;
    const written: string[] = [];
    const output = { isTTY, write: (text: string) => written.push(text) };
    const progress = new Progress({ unit: "lines", begun, output, clock: () => now });
    return {
      written,
      progress,
      at(ms: number, count: number, share: number | null) {
        now = ms;
        progress.show(count, share);
      },
    };
  }

  test("is a line every five seconds where nobody looks at a terminal", () => {
    const { written, at, progress } = watch(false);
    for (let ms = 0; ms <= 12_000; ms += 100) at(ms, ms * 10, ms / 100_000);
    progress.end();
    expect(written).toEqual([
      "50,000 lines, 10,000 per second, 5 %, 1 min 35 s left\n",
      "100,000 lines, 10,000 per second, 10 %, 1 min 30 s left\n",
    ]);
  });

  test("is a bar on a terminal, which is gone at the end", () => {
    const { written, at, progress } = watch(true);
    at(100, 1, 0.1);
    expect(written).toEqual([]);
    at(1000, 500, 0.5);
    expect(written).toEqual(["\r\x1b[K[############............] 500 lines, 500 per second, 50 %, 1 s left"]);
    progress.end();
    expect(written.at(-1)).toBe("\r\x1b[K");
  });

  test("knows no end where the whole is not known, and does not count what was done before", () => {
    const { written, at } = watch(false, 1000);
    at(5000, 2000, null);
    expect(written).toEqual(["2,000 lines, 200 per second\n"]);
  });

  test("what was done before does not make the rest look shorter", () => {
    const { written, at } = watch(false, 80_000);
    at(5000, 90_000, 0.9);
    expect(written).toEqual(["90,000 lines, 2,000 per second, 90 %, 5 s left\n"]);
  });
});
