import "reflect-metadata";
import { type DemoPlan, demoSessions, demoUser } from "../../../src/cli/seed/demo-data.js";
import { parseEmailAddress } from "../../../src/lib/email-address.js";
import { normalizeName } from "../../../src/lib/name.js";
import { normalizeUsername } from "../../../src/lib/username.js";
import { checkProfile } from "../../../src/modules/user/profile.validation.js";

const DAY_MS = 86_400_000;
const PLAN: DemoPlan = {
  users: 5000,
  sessionsPerUser: 2,
  passwordHash: "$argon2id$",
  nowMs: Date.UTC(2026, 0, 1),
  sessionIdleSeconds: 30 * 86_400,
  sessionMaxSeconds: 90 * 86_400,
};
const users = Array.from({ length: PLAN.users }, (_, index) => demoUser(index, PLAN));
const shareOf = (isOne: (user: (typeof users)[number]) => boolean) =>
  users.filter(isOne).length / users.length;

describe("made-up users", () => {
  test("are what signups would have made, each once", () => {
    const wrong = users.filter(
      (user) =>
        parseEmailAddress(user.email)?.normalized !== user.emailNormalized ||
        user.usernameNormalized !== (user.username && normalizeUsername(user.username)) ||
        user.nameNormalized !== (user.name && normalizeName(user.name)) ||
        checkProfile(user).length > 0,
    );
    expect(wrong).toEqual([]);
    expect(new Set(users.map(({ emailNormalized }) => emailNormalized)).size).toBe(users.length);
    const usernames = users
      .map(({ usernameNormalized }) => usernameNormalized)
      .filter((name) => name !== null);
    expect(new Set(usernames).size).toBe(usernames.length);
  });

  test("are the same each time, but for their ids", () => {
    const again = Array.from({ length: 50 }, (_, index) => demoUser(index, PLAN));
    const withoutId = ({ id: _id, ...user }: (typeof users)[number]) => user;
    expect(again.map(withoutId)).toEqual(users.slice(0, 50).map(withoutId));
  });

  test("came over two years, and are as different as people are", () => {
    const times = users.map(({ createdAt }) => createdAt.getTime());
    expect([...times].sort((one, other) => one - other)).toEqual(times);
    expect((PLAN.nowMs - (times[0] ?? 0)) / DAY_MS).toBeGreaterThan(700);
    expect(Math.max(...times)).toBeLessThanOrEqual(PLAN.nowMs);
    expect(shareOf(({ status }) => status === "DISABLED")).toBeCloseTo(0.02, 2);
    expect(shareOf(({ emailVerified }) => emailVerified)).toBeCloseTo(0.85, 1);
    expect(shareOf(({ role }) => role === "ADMIN")).toBe(1 / 5000);
    expect(new Set(users.map(({ name }) => name)).size).toBeGreaterThan(1000);
  });

  test("have live sessions, but for those who are disabled", () => {
    for (const [index, user] of users.slice(-500).entries()) {
      const sessions = demoSessions(PLAN.users - 500 + index, user, PLAN);
      expect(sessions).toHaveLength(user.status === "DISABLED" ? 0 : 2);
      for (const { createdAt, lastUsedAt, user: owner } of sessions) {
        expect(owner).toBe(user.id);
        expect(createdAt.getTime()).toBeGreaterThanOrEqual(
          Math.max(user.createdAt.getTime(), PLAN.nowMs - 28 * DAY_MS),
        );
        expect(lastUsedAt.getTime()).toBeGreaterThanOrEqual(createdAt.getTime());
        expect(lastUsedAt.getTime()).toBeLessThanOrEqual(PLAN.nowMs);
      }
    }
  });
});
