import { KeySchedule } from "../../src/modules/token/key-schedule.js";

const OVERLAP = 120_000;
const config = { accessTokenSeconds: 900 };

/** Oldest first, by the times from which they sign. */
const scheduleOf = (...times: number[]) => {
  const keys = times.map((time, index) => ({ sequence: index + 1, signsFrom: new Date(time) })).reverse();
  return { keys, schedule: new KeySchedule(keys, config) };
};

describe("the schedule of signing keys", () => {
  test("31: the newest whose time has come signs, from that very millisecond on", () => {
    const { schedule } = scheduleOf(0, 1000, 2000);
    const signingAt = (now: number) => schedule.signingAt(now).sequence;
    expect([0, 999, 1000, 1999, 2000, 9999].map(signingAt)).toEqual([1, 1, 2, 2, 3, 3]);
  });

  test("31: one that signs at once overtakes those that wait, for good", () => {
    const { keys, schedule } = scheduleOf(0, 1000, 500);
    expect([499, 500, 1000, 5000].map((now) => schedule.signingAt(now).sequence)).toEqual([1, 3, 3, 3]);
    expect(keys.map((key) => schedule.signsUntil(key))).toEqual([Number.POSITIVE_INFINITY, 500, 500]);
  });

  test("31: each verifies until the last token has expired that it can have signed anywhere", () => {
    const { keys, schedule } = scheduleOf(0, 1000, 2000);
    expect(keys.map((key) => schedule.verifiesUntil(key))).toEqual([
      Number.POSITIVE_INFINITY,
      2000 + 900_000 + OVERLAP,
      1000 + 900_000 + OVERLAP,
    ]);
  });

  test("a clock that was put back before all of them signs with the oldest", () => {
    expect(scheduleOf(1000, 2000).schedule.signingAt(500).sequence).toBe(1);
  });
});
