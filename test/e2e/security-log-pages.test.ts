import { SecurityEvent } from "../../src/modules/security-event/security-event.entity.js";
import { SecurityEventType } from "../../src/modules/security-event/security-event.types.js";
import { type Account, errorOf, signedUp } from "../support/journeys.js";
import { NASTY_STRINGS } from "../support/nasty-strings.js";
import {
  ALL_EVENTS,
  addEvents,
  MY_EVENTS,
  readPage,
  readToTheEnd,
  signedUpAdmin,
} from "../support/security-log.js";
import { TestApp } from "../support/test-app.js";

const TYPES = [
  SecurityEventType.LOGGED_IN,
  SecurityEventType.LOGIN_FAILED,
  SecurityEventType.PASSWORD_CHANGED,
  SecurityEventType.TOTP_ENABLED,
];
const START = Date.parse("2026-03-01T00:00:00Z");
const HOUR_MS = 3_600_000;

const newestFirst = (events: readonly { id: string }[]) => events.map(({ id }) => id).reverse();

describe("the security log in pages", () => {
  let app: TestApp;
  let admin: Account;

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await signedUpAdmin(app);
  });

  const asAdmin = (variables: object) => ({ variables: { ...variables }, token: admin.accessToken });

  test("is newest first, also within a millisecond, forth and back, whatever the size of the page", async () => {
    const { userId, accessToken: token } = await signedUp(app);
    await app.orm.em.fork().nativeDelete(SecurityEvent, { userId });
    const events = await addEvents(app, Array(250).fill({ userId }));
    for (const size of [23, 100]) {
      for (const variables of [{ first: size }, { last: size }]) {
        expect(await readToTheEnd(app, MY_EVENTS, { variables, token })).toEqual(newestFirst(events));
        const filtered = { ...variables, filter: { userId } };
        expect(await readToTheEnd(app, ALL_EVENTS, asAdmin(filtered))).toEqual(newestFirst(events));
      }
    }
    expect((await readPage(app, MY_EVENTS, { token })).ids).toEqual(newestFirst(events).slice(0, 20));
  });

  test("neither repeats nor loses an event while others are added and deleted between two pages", async () => {
    const { userId, accessToken: token } = await signedUp(app);
    const events = newestFirst(await addEvents(app, Array(30).fill({ userId })));
    const { ids, pageInfo } = await readPage(app, MY_EVENTS, { variables: { first: 10 }, token });
    expect(ids).toEqual(events.slice(0, 10));
    await addEvents(app, Array(5).fill({ userId, occurredAt: new Date(app.now + 1) }));
    // The one that the cursor stands for, one before it and one after it.
    await app.orm.em
      .fork()
      .nativeDelete(SecurityEvent, { id: { $in: [events[9], events[4], events[14]] as string[] } });
    const next = { first: 10, after: pageInfo.endCursor };
    expect((await readPage(app, MY_EVENTS, { variables: next, token })).ids).toEqual([
      ...events.slice(10, 14),
      ...events.slice(15, 21),
    ]);
    const previous = { last: 3, before: pageInfo.endCursor };
    expect((await readPage(app, MY_EVENTS, { variables: previous, token })).ids).toEqual(events.slice(6, 9));
  });

  test("shows by every filter, and all together, what meets it and nothing else", async () => {
    const users = ["0aaaaaaa", "0bbbbbbb", "0ccccccc"].map((start) => `${start}-0000-7000-8000-000000000000`);
    const events = await addEvents(
      app,
      Array.from({ length: 300 }, (_, i) => ({
        userId: [...users, null][(i * 7) % 4] ?? null,
        type: TYPES[Math.floor(i / 4) % TYPES.length] as SecurityEventType,
        occurredAt: new Date(START + Math.floor(i / 3) * HOUR_MS),
      })),
    );
    const at = (hours: number): string => new Date(START + hours * HOUR_MS).toISOString();
    const [occurredAfter, occurredBefore] = [at(20), at(80)];
    const inTime = { occurredAfter: at(0), occurredBefore: at(100) };
    const [, secondType] = TYPES;
    const filters = [
      inTime,
      { occurredAfter, occurredBefore },
      { ...inTime, userId: users[0] },
      { ...inTime, types: [secondType] },
      { ...inTime, types: [...TYPES, secondType] },
      { ...inTime, types: [] },
      { ...inTime, userId: null, types: null },
      { ...inTime, userId: users[1], types: [TYPES[0]] },
      { userId: users[2], types: TYPES.slice(0, 3), occurredAfter, occurredBefore },
      { userId: users[2], occurredAfter, occurredBefore },
      { userId: users[2], occurredAfter },
      { userId: users[2], occurredBefore },
      { ...inTime, types: [SecurityEventType.PASSKEY_ADDED] },
      { occurredAfter: at(50), occurredBefore: at(50) },
      { occurredAfter: at(80), occurredBefore: at(20) },
    ];
    const found = new Set<number>();
    for (const filter of filters) {
      const { userId, types, occurredAfter: from, occurredBefore: to } = filter as FilterVariables;
      const expected = events.filter(
        (event) =>
          (userId == null || event.userId === userId) &&
          (!types?.length || types.includes(event.type)) &&
          (from === undefined || event.occurredAt.getTime() >= Date.parse(from)) &&
          (to === undefined || event.occurredAt.getTime() < Date.parse(to)),
      );
      found.add(expected.length);
      for (const variables of [{ first: 29 }, { last: 29 }]) {
        const read = await readToTheEnd(app, ALL_EVENTS, asAdmin({ ...variables, filter }));
        expect(read).toEqual(newestFirst(expected));
      }
    }
    expect(found.size).toBeGreaterThan(6);
  });

  test("shows nothing for a user that there never was, nor for what cannot be one", async () => {
    for (const userId of ["00000000-0000-7000-8000-000000000000", ...NASTY_STRINGS]) {
      const { ids, pageInfo } = await readPage(app, ALL_EVENTS, asAdmin({ filter: { userId } }));
      expect(ids).toEqual([]);
      expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
    }
  });

  test("takes times that no event can have", async () => {
    const [longAgo, farAhead] = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"];
    const between = { occurredAfter: longAgo, occurredBefore: farAhead };
    expect((await readPage(app, ALL_EVENTS, asAdmin({ first: 5, filter: between }))).ids).toHaveLength(5);
    for (const filter of [{ occurredAfter: farAhead }, { occurredBefore: longAgo }]) {
      expect((await readPage(app, ALL_EVENTS, asAdmin({ filter }))).ids).toEqual([]);
    }
  });

  test("goes no further than a time, whatever the cursor", async () => {
    const [oldest, older, newer] = await addEvents(
      app,
      [0, 1, 2].map((hours) => ({ occurredAt: new Date(START - (3 - hours) * HOUR_MS) })),
    );
    const all = await readToTheEnd(app, ALL_EVENTS, asAdmin({ first: 100 }));
    const cursorOf = (id: string | undefined) =>
      Buffer.from(JSON.stringify(["securityEvents", id])).toString("base64url");
    expect(all.at(-1)).toBe(oldest?.id);
    const until = { filter: { occurredBefore: newer?.occurredAt }, first: 1, after: cursorOf(all[0]) };
    const since = { filter: { occurredAfter: older?.occurredAt }, last: 1, before: cursorOf(all.at(-1)) };
    expect((await readPage(app, ALL_EVENTS, asAdmin(until))).ids).toEqual([
      all[all.indexOf(newer?.id ?? "") + 1],
    ]);
    expect((await readPage(app, ALL_EVENTS, asAdmin(since))).ids).toEqual([older?.id]);
  });

  test("46: no string is more than no cursor", async () => {
    const other = Buffer.from('["users","0190b6f0-0000-7000-8000-000000000000"]').toString("base64url");
    const shouting = Buffer.from('["securityEvents","0190B6F0-0000-7000-8000-000000000000"]').toString(
      "base64url",
    );
    for (const cursor of [...NASTY_STRINGS, other, shouting, "A".repeat(20_000)]) {
      for (const place of ["after", "before"]) {
        const answer = await app.graphql(ALL_EVENTS, asAdmin({ [place]: cursor }));
        expect(answer.status).toBe(200);
        expect(errorOf(answer)).toEqual({ code: "BAD_USER_INPUT" });
        expect(answer.body.errors?.[0]?.message).toBe(`\`${place}\` is no cursor of this list.`);
      }
    }
  });

  test("says what is wrong with the size of a page", async () => {
    for (const sizes of [{ first: -1 }, { last: 101 }, { first: 1, last: 1 }]) {
      const answer = await app.graphql(MY_EVENTS, asAdmin(sizes));
      expect(errorOf(answer)).toEqual({ code: "BAD_USER_INPUT" });
      expect(answer.body.errors?.[0]?.message).toMatch(/`(first|last)`/);
    }
  });
});

interface FilterVariables {
  readonly userId?: string | null;
  readonly types?: readonly SecurityEventType[] | null;
  readonly occurredAfter?: string;
  readonly occurredBefore?: string;
}
