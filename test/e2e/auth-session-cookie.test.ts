import { jest } from "@jest/globals";
import type { AuthSession } from "../../examples/web/src/auth-link/auth-session.js";
import { eventually } from "../support/eventually.js";
import { newEmail, stateOf } from "../support/journeys.js";
import { holdAnswer, hurry, passTime, TabGroup, unreachable, whenAll } from "../support/tabs.js";
import { TestApp } from "../support/test-app.js";

const ACCESS_TOKEN_SECONDS = 900;
const LOGGED_OUT = { status: "signed-out", reason: "LOGGED_OUT" };
const SESSION_ENDED = { status: "signed-out", reason: "SESSION_ENDED" };
const NOBODY = { status: "signed-out", reason: null };

describe("an AuthSession in cookie delivery", () => {
  let app: TestApp;
  let group: TabGroup;
  let email: string;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  beforeEach(() => {
    group = new TabGroup(app, "cookie");
    email = newEmail();
    jest.spyOn(globalThis, "localStorage", "get").mockReturnValue(group.storage as Storage);
  });

  async function signedIn(): Promise<AuthSession> {
    const tab = group.open();
    tab.begin(await group.cookies.signUp(email));
    return tab;
  }

  test("nothing is kept within reach of scripts, and the cookie brings a new tab in", async () => {
    const tab = await signedIn();
    expect(group.kept.size).toBe(0);
    const { state } = tab;
    tab.dispose();
    const reloaded = group.open();
    await reloaded.resume();
    expect(reloaded.state).toEqual(state);
    expect(group.refreshes).toBe(1);
  });

  test("without a cookie nobody is signed in, and a dead one says that a session has ended", async () => {
    const stranger = group.open();
    await stranger.resume();
    expect(stranger.state).toEqual(NOBODY);
    const tab = await signedIn();
    await app.graphql("mutation { logout }", { token: (await tab.accessToken()) ?? "" });
    tab.dispose();
    const reloaded = new TabGroup(app, "cookie");
    for (const [name, value] of group.cookies.jar) reloaded.cookies.jar.set(name, value);
    const late = reloaded.open();
    await late.resume();
    expect(late.state).toEqual(SESSION_ENDED);
  });

  test("a logout ends the session and clears the cookie, in all tabs", async () => {
    const tabs = [await signedIn(), group.open()] as const;
    await tabs[1].resume();
    await tabs[0].logout();
    await whenAll(tabs, LOGGED_OUT);
    expect(group.cookies.refreshCookie).toBeUndefined();
    expect(group.kept.size).toBe(0);
  });

  test("a logout that the server did not hear of is made up for at the next start, which brings nobody back", async () => {
    const tab = await signedIn();
    hurry();
    group.logoutWay = unreachable;
    await tab.logout();
    tab.dispose();
    expect(group.cookies.refreshCookie).toBeDefined();
    group.logoutWay = (send) => send();
    const reloaded = group.open();
    expect(await reloaded.accessToken()).toBeNull();
    expect(reloaded.state).toEqual(LOGGED_OUT);
    await eventually(() => group.cookies.refreshCookie === undefined || undefined);
    await eventually(() => group.kept.size === 0 || undefined);
    expect(group.refreshes).toBe(0);
  });

  test("a logout reaches the server also where nothing can be kept", async () => {
    const tab = await signedIn();
    const accessToken = (await tab.accessToken()) ?? "";
    jest.spyOn(group.storage, "setItem").mockImplementation(() => {
      throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
    });
    await tab.logout();
    expect([tab.state, group.cookies.refreshCookie]).toEqual([LOGGED_OUT, undefined]);
    expect(await stateOf(app, accessToken)).toBe("SESSION_REVOKED");
  });

  test("a logout that the server has not heard of does not end what somebody logs in to next", async () => {
    const tab = await signedIn();
    group.logoutWay = unreachable;
    const told = tab.logout();
    const second = group.open();
    second.begin(await group.cookies.logIn(email));
    await whenAll([tab], second.state);
    group.logoutWay = (send) => send();
    await told;
    expect([group.logouts, group.kept.size]).toEqual([1, 0]);
    expect(await stateOf(app, (await second.accessToken()) ?? "")).toBe("alive");
    expect(group.cookies.refreshCookie).toBeDefined();
  });

  test("the cookie is of somebody else by now: the tab goes over to them", async () => {
    const tab = await signedIn();
    const rejected = (await tab.accessToken()) ?? "";
    const { user, session } = await group.cookies.signUp(newEmail());
    app.advanceSeconds(ACCESS_TOKEN_SECONDS);
    expect(await tab.renew(rejected)).toBeNull();
    expect(tab.state).toEqual({ status: "signed-in", userId: user.id, sessionId: session.id });
  });

  test("a late answer does not bring back who has logged out, also where the tab has just started", async () => {
    const tab = await signedIn();
    // Then it answers no tab that has just started.
    passTime(ACCESS_TOKEN_SECONDS);
    const starting = group.open();
    const answer = holdAnswer(group);
    const resumed = starting.resume();
    await answer.arrives;
    await tab.logout();
    answer.letGo();
    await resumed;
    expect(starting.state).toEqual(LOGGED_OUT);
  });

  test.each([
    ["answer", () => {}],
    ["refusal", () => group.cookies.logOut()],
  ])("a late %s to the one before changes nothing for who has logged in", async (_what, work) => {
    const tab = await signedIn();
    const rejected = (await tab.accessToken()) ?? "";
    app.advanceSeconds(ACCESS_TOKEN_SECONDS);
    await work();
    const answer = holdAnswer(group);
    const renewed = tab.renew(rejected);
    await answer.arrives;
    tab.begin(await group.cookies.signUp(newEmail()));
    const { state } = tab;
    answer.letGo();
    expect(await renewed).toBeNull();
    expect(tab.state).toBe(state);
  });
});
