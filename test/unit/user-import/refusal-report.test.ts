import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RefusalReport } from "../../../src/modules/user-import/refusal-report.js";

const refusal = (line: number) => ({ line, field: "email", reason: "This is not an email address." });

describe("a report of refused lines", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "latchkey-"));
    path = join(folder, "refused.ndjson");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const lines = () =>
    readFileSync(path, "utf8")
      .split("\n")
      .filter((text) => text !== "")
      .map((text) => JSON.parse(text).line);

  test("is a file of its own, for its owner's eyes only", async () => {
    const report = await RefusalReport.open(path, null);
    await report.write([refusal(1), refusal(3)]);
    report.keep();
    await report.write([]);
    report.keep();
    await report.write([refusal(9)]);
    report.keep();
    await report.close();
    expect(lines()).toEqual([1, 3, 9]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await expect(RefusalReport.open(path, null)).rejects.toThrow(/is there already/);
  });

  test("has a batch once that was tried again, and not at all when it was not committed", async () => {
    const report = await RefusalReport.open(path, null);
    await report.write([refusal(1)]);
    report.keep();
    await report.write([refusal(2), refusal(3)]);
    await report.write([refusal(2)]);
    report.keep();
    await report.write([refusal(4), refusal(5)]);
    await report.close();
    const again = await RefusalReport.open(path, 2);
    await again.write([refusal(5)]);
    again.keep();
    await again.close();
    expect(lines()).toEqual([1, 2, 5]);
  });

  test("goes on behind a line that was torn", async () => {
    const whole = `${JSON.stringify(refusal(1))}\n`;
    for (const torn of ["{", '{"line":2,"rea', '{"line":2,"reason":"x"}']) {
      writeFileSync(path, whole + torn);
      const report = await RefusalReport.open(path, 2);
      await report.write([refusal(7)]);
      await report.close();
      expect(lines()).toEqual([1, 7]);
    }
  });

  test("never touches a file that is something else", async () => {
    const long = `${"[0,".repeat(50_000)}\n`;
    for (const text of ['{"email":"a@b.c"}\n', "root:x:0:0\n", "[]\n", long, `{"line":${long}`]) {
      writeFileSync(path, text);
      await expect(RefusalReport.open(path, 0)).rejects.toThrow(/no report of refused lines/);
      expect(readFileSync(path, "utf8")).toBe(text);
    }
    await expect(RefusalReport.open(join(folder, "none/there"), null)).rejects.toThrow(/\(ENOENT\)/);
  });
});
