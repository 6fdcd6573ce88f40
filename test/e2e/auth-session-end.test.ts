import type { AuthSession } from "../../examples/web/src/auth-link/auth-session.js";
import { eventually } from "../support/eventually.js";
import { type Account, loggedIn, refresh, signedUp, stateOf } from "../support/journeys.js";
import { holdAnswer, TabGroup, unreachable, whenAll } from "../support/tabs.js";
import { TestApp } from "../support/test-app.js";

const ACCESS_TOKEN_SECONDS = 900;
const LOGGED_OUT = { status: "signed-out", reason: "LOGGED_OUT" };
const SESSION_ENDED = { status: "signed-out", reason: "SESSION_ENDED" };
const NOBODY = { status: "signed-out", reason: null };

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start();
});

const expire = () => app.advanceSeconds(ACCESS_TOKEN_SECONDS);
const signedInAs = ({ userId, sessionId }: Account) => ({ status: "signed-in", userId, sessionId });

describe("a session that ends", () => {
  let account: Account;
  let group: TabGroup;

  beforeEach(async () => {
    account = await signedUp(app);
    group = new TabGroup(app);
  });

  test("by a logout in one tab: is over in all tabs and at the server, and a new tab finds nobody", async () => {
    const tabs = await group.openSignedIn(5, account);
    await tabs[0].logout();
    await whenAll(tabs, LOGGED_OUT);
    expect(await Promise.all(tabs.map((tab) => tab.accessToken()))).toEqual(tabs.map(() => null));
    expect(await refresh(app, account.refreshToken)).toMatchObject({ reason: "REVOKED" });
    const later = group.open();
    await later.resume();
    expect(later.state).toEqual(NOBODY);
    expect(group.refreshes).toBe(0);
  });

  test("by a logout that the server does not hear of: is over here, and no token is left", async () => {
    const tabs = await group.openSignedIn(2, account);
    group.logoutWay = unreachable;
    const told = tabs[0].logout();
    await whenAll(tabs, LOGGED_OUT);
    expect(group.kept.size).toBe(0);
    group.logoutWay = (send) => send();
    await told;
    expect(await stateOf(app, account.accessToken)).toBe("SESSION_REVOKED");
  });

  test("at the server: is over in all tabs once a refresh is refused", async () => {
    const tabs = await group.openSignedIn(3, account);
    await app.graphql("mutation { logout }", { token: account.accessToken });
    expire();
    expect(await tabs[0].renew(account.accessToken)).toBeNull();
    await whenAll(tabs, SESSION_ENDED);
    expect(group.kept.size).toBe(0);
    expect(group.refreshes).toBe(1);
  });

  test("at the server: is over in all tabs once an operation is refused, and no other session with it", async () => {
    const tabs = await group.openSignedIn(3, account);
    const other = await loggedIn(app, account.email);
    tabs[0].endedByServer(other.accessToken);
    expect(tabs[0].state).toEqual(signedInAs(account));
    tabs[0].endedByServer(account.accessToken);
    await whenAll(tabs, SESSION_ENDED);
    const next = await signedUp(app);
    tabs[0].begin(next);
    tabs[0].endedByServer(account.accessToken);
    await whenAll(tabs, signedInAs(next));
  });

  test.each(["the same tab", "another tab"])(
    "is not brought back by a late answer after a logout in %s",
    async (where) => {
      const [tab, other] = await group.openSignedIn(2, account);
      expire();
      const answer = holdAnswer(group);
      const renewed = tab.renew(account.accessToken);
      await answer.arrives;
      await (where === "the same tab" ? tab : other)?.logout();
      answer.letGo();
      expect(await renewed).toBeNull();
      await whenAll([tab, other as AuthSession], LOGGED_OUT);
      expect(group.kept.size).toBe(0);
    },
  );

  test("is not brought back by a late answer that is faster than the news of the logout", async () => {
    const [tab] = await group.openSignedIn(1, account);
    expire();
    const answer = holdAnswer(group);
    const renewed = tab.renew(account.accessToken);
    await answer.arrives;
    // All that another tab has done so far.
    group.kept.clear();
    answer.letGo();
    expect(await renewed).toBeNull();
    expect([tab.state, group.kept.size]).toEqual([LOGGED_OUT, 0]);
  });

  test("is not brought back by a tab that starts in the middle of the logout", async () => {
    (await group.openSignedIn(1, account))[0].dispose();
    const [starting, other] = [group.open(), group.open()];
    const answer = holdAnswer(group);
    const resumed = starting.resume();
    await answer.arrives;
    other.begin(account);
    await other.logout();
    answer.letGo();
    await resumed;
    expect([starting.state, group.kept.size]).toEqual([LOGGED_OUT, 0]);
  });
});

describe("another session takes over", () => {
  let account: Account;
  let other: Account;
  let group: TabGroup;

  beforeEach(async () => {
    account = await signedUp(app);
    other = await signedUp(app);
    group = new TabGroup(app);
  });

  test("in all tabs, and tells them", async () => {
    const tabs = await group.openSignedIn(3, account);
    const seen: unknown[] = [];
    tabs[2]?.subscribe(() => seen.push(tabs[2]?.state));
    tabs[0].begin(other);
    await whenAll(tabs, signedInAs(other));
    await eventually(() => seen.length > 0 || undefined);
    expect(seen).toEqual([signedInAs(other)]);
    const later = group.open();
    await later.resume();
    expect(later.state).toEqual(signedInAs(other));
  });

  test("and what another user began is neither sent nor sent again in its name", async () => {
    const [tab, second] = await group.openSignedIn(2, account);
    expire();
    const answer = holdAnswer(group);
    const refused = tab.renew(account.accessToken);
    const waiting = tab.accessToken();
    await answer.arrives;
    second?.begin(other);
    await whenAll([tab], signedInAs(other));
    answer.letGo();
    expect(await refused).toBeNull();
    await expect(waiting).rejects.toThrow("Another user has signed in");
    expect(await tab.renew(account.accessToken)).toBeNull();
  });

  test.each([
    ["answer", () => {}],
    ["refusal", () => app.graphql("mutation { logout }", { token: account.accessToken })],
  ])("and a late %s to the one before changes nothing", async (_what, work) => {
    const [tab] = await group.openSignedIn(1, account);
    await work();
    expire();
    const answer = holdAnswer(group);
    const refused = tab.renew(account.accessToken);
    await answer.arrives;
    const second = group.open();
    second.begin(other);
    answer.letGo();
    expect(await refused).toBeNull();
    await whenAll([tab, second], signedInAs(other));
    expect(group.kept.get(group.name)).toContain(other.sessionId);
  });

  test("of the same user: what is refused goes on with it", async () => {
    const [tab] = await group.openSignedIn(1, account);
    const again = await loggedIn(app, account.email);
    tab.begin(again);
    expect(await tab.renew(account.accessToken)).toBe(again.accessToken);
  });
});
