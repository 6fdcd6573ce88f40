import { jest } from "@jest/globals";
import type { AuthSession } from "../../examples/web/src/auth-link/auth-session.js";
import { eventually } from "../support/eventually.js";
import { decodePart, encode } from "../support/forge.js";
import { type Account, signedUp, stateOf } from "../support/journeys.js";
import { answerLost, hurry, passTime, TabGroup, unreachable, whenAll } from "../support/tabs.js";
import { TestApp } from "../support/test-app.js";

const ACCESS_TOKEN_SECONDS = 900;

describe("an AuthSession renews its access token", () => {
  let app: TestApp;
  let account: Account;
  let group: TabGroup;

  beforeAll(async () => {
    app = await TestApp.startDurable();
  });

  beforeEach(async () => {
    account = await signedUp(app);
    group = new TabGroup(app);
  });

  /** What the server counts: 1 after the login, and one more for each refresh that took place. */
  async function generation(): Promise<unknown> {
    const rows = await app.database.ask("select generation from sessions where id = ?", account.sessionId);
    return rows[0]?.generation;
  }

  const expire = () => app.advanceSeconds(ACCESS_TOKEN_SECONDS);
  const renewAll = (tabs: readonly AuthSession[]) =>
    Promise.all(tabs.map((tab) => tab.renew(account.accessToken)));

  /** What is told on the channel arrives only when all this is over; what is asked and answered does. */
  function holdNews(): void {
    const { postMessage } = BroadcastChannel.prototype;
    let isQuestioned = false;
    jest.spyOn(BroadcastChannel.prototype, "postMessage").mockImplementation(function (
      this: BroadcastChannel,
      message,
    ) {
      const { type } = message as { readonly type: string };
      isQuestioned ||= type === "question";
      if (isQuestioned) postMessage.call(this, message);
    });
  }

  test("19: five tabs whose token expires at once refresh once, and go on with one token", async () => {
    const tabs = await group.openSignedIn(5, account);
    expire();
    const renewed = await renewAll(tabs);
    expect(new Set(renewed).size).toBe(1);
    expect(await stateOf(app, renewed[0] ?? "")).toBe("alive");
    expect([group.refreshes, await generation()]).toEqual([1, 2]);
  });

  test("a hundred operations of one tab wait for one refresh", async () => {
    const [tab] = await group.openSignedIn(1, account);
    expire();
    const renewed = await Promise.all(Array.from({ length: 100 }, () => tab.renew(account.accessToken)));
    expect(new Set(renewed).size).toBe(1);
    expect(await tab.renew(account.accessToken)).toBe(renewed[0]);
    expect(group.refreshes).toBe(1);
  });

  test("operations that come while a refused token is renewed wait for the next one", async () => {
    const [tab] = await group.openSignedIn(1, account);
    expire();
    const [renewed, waited] = await Promise.all([tab.renew(account.accessToken), tab.accessToken()]);
    expect(waited).toBe(renewed);
    expect(await stateOf(app, waited ?? "")).toBe("alive");
  });

  test("19: a tab that the news of a refresh has not reached yet asks, and does not refresh again", async () => {
    const [first, second] = await group.openSignedIn(2, account);
    expire();
    holdNews();
    const renewed = await first.renew(account.accessToken);
    expect(await second?.renew(account.accessToken)).toBe(renewed);
    expect(group.refreshes).toBe(1);
  });

  test("a new tab takes the token of another one, and nothing is refreshed", async () => {
    const [first] = await group.openSignedIn(1, account);
    const second = group.open();
    expect(await second.accessToken()).toBe(account.accessToken);
    expect(second.state).toEqual(first.state);
    expect(group.refreshes).toBe(0);
  });

  test("19: a reloaded page refreshes with what the last one has kept", async () => {
    const [tab] = await group.openSignedIn(1, account);
    tab.dispose();
    const reloaded = group.open();
    await reloaded.resume();
    const { userId, sessionId } = account;
    expect(reloaded.state).toEqual({ status: "signed-in", userId, sessionId });
    expect([group.refreshes, await generation()]).toEqual([1, 2]);
  });

  test("19: a refresh whose answer is lost recovers, for all tabs", async () => {
    const tabs = await group.openSignedIn(3, account);
    expire();
    group.refreshWay = async (send) => (group.refreshes === 1 ? answerLost(send) : send());
    const renewed = await renewAll(tabs);
    expect(new Set(renewed).size).toBe(1);
    expect(await stateOf(app, renewed[0] ?? "")).toBe("alive");
    expect([group.refreshes, await generation()]).toEqual([2, 2]);
  });

  test("19: a refresh that hangs is sent again, and whichever answer comes first counts", async () => {
    const [tab] = await group.openSignedIn(1, account);
    expire();
    const isSentAgain = Promise.withResolvers<void>();
    group.refreshWay = async (send) => {
      const answer = await send();
      if (group.refreshes === 2) isSentAgain.resolve();
      await (group.refreshes === 2 ? new Promise(() => {}) : isSentAgain.promise);
      return answer;
    };
    expect(await stateOf(app, (await tab.renew(account.accessToken)) ?? "")).toBe("alive");
    expect([group.refreshes, await generation()]).toEqual([2, 2]);
  });

  test("without the server the waiting operations get its error, nobody is logged out, and it is tried again", async () => {
    const [tab] = await group.openSignedIn(1, account);
    const { state } = tab;
    expire();
    hurry();
    group.refreshWay = unreachable;
    const waiting = await Promise.allSettled([tab.renew(account.accessToken), tab.accessToken()]);
    expect(waiting.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(tab.state).toBe(state);
    expect(group.refreshes).toBe(4);
    group.refreshWay = (send) => send();
    // A new tab is not told of the token that the server has refused.
    expect(await stateOf(app, (await group.open().accessToken()) ?? "")).toBe("alive");
    expect(await stateOf(app, (await tab.accessToken()) ?? "")).toBe("alive");
  });

  test.each(["", "e30.e30.e30", `e30.${btoa('{"iat":1}')}.`])(
    "from a server that answers %j instead of a token: what waits for it fails, and nothing is asked for ever",
    async (accessToken) => {
      const [tab] = await group.openSignedIn(1, account);
      const { state } = tab;
      expire();
      group.refreshWay = async () => ({ __typename: "AuthPayload", accessToken, refreshToken: "" });
      await expect(tab.renew(account.accessToken)).rejects.toThrow();
      expect([tab.state, group.refreshes]).toEqual([state, 1]);
      group.refreshWay = (send) => send();
      expect(await stateOf(app, (await tab.accessToken()) ?? "")).toBe("alive");
    },
  );

  test("a start without the server leaves open who is signed in, until it is found out", async () => {
    (await group.openSignedIn(1, account))[0].dispose();
    hurry();
    group.refreshWay = unreachable;
    const tab = group.open();
    await tab.resume();
    expect(tab.state).toEqual({ status: "unknown" });
    group.refreshWay = (send) => send();
    await eventually(() => tab.state.status === "signed-in" || undefined);
  });

  test("shortly before it expires it is still good enough, and nobody waits for the next one", async () => {
    const [first] = await group.openSignedIn(1, account);
    passTime(ACCESS_TOKEN_SECONDS / 2);
    const tab = group.open();
    await tab.resume();
    first.dispose();
    passTime(ACCESS_TOKEN_SECONDS / 2 - 20);
    const isRefreshed = Promise.withResolvers<void>();
    group.refreshWay = async (send) => {
      await isRefreshed.promise;
      return send();
    };
    expect(await tab.accessToken()).toBe(account.accessToken);
    isRefreshed.resolve();
    await eventually(async () => (await tab.accessToken()) !== account.accessToken || undefined);
    expect(group.refreshes).toBe(1);
  });

  test("one that was just received is good for a second, however little the session has left", async () => {
    const claims = decodePart(account.accessToken, 1);
    const accessToken = `e30.${encode({ ...claims, exp: claims.iat })}.e30`;
    const [tab] = await group.openSignedIn(1, { ...account, accessToken });
    expect(await tab.accessToken()).toBe(accessToken);
    expect(group.refreshes).toBe(0);
  });

  test("a clock that is hours wrong changes nothing", async () => {
    const now = Date.now();
    for (const hours of [5, -5]) {
      jest.spyOn(Date, "now").mockReturnValue(now + hours * 3_600_000);
      const [tab] = await group.openSignedIn(1, account);
      expect(await tab.accessToken()).toBe(account.accessToken);
    }
    expect(group.refreshes).toBe(0);
  });

  test("without Web Locks and BroadcastChannel each tab refreshes for itself, and stays signed in", async () => {
    jest.spyOn(globalThis, "navigator", "get").mockReturnValue({} as never);
    group.areTabsApart = true;
    group.open().begin(account);
    const tabs = [group.open(), group.open(), group.open()];
    const tokens = await Promise.all(tabs.map((tab) => tab.accessToken()));
    expect([new Set(tokens).size, await generation()]).toEqual([3, 2]);
    for (const token of tokens) expect(await stateOf(app, token ?? "")).toBe("alive");
    expire();
    for (const [index, tab] of tabs.entries()) {
      expect(await stateOf(app, (await tab.renew(tokens[index] ?? "")) ?? "")).toBe("alive");
    }
  });

  test("a tab that holds the lock and hangs keeps the others waiting for a while only", async () => {
    const { timeout } = AbortSignal;
    jest.spyOn(AbortSignal, "timeout").mockImplementation(() => timeout(100));
    const [tab] = await group.openSignedIn(1, account);
    const release = Promise.withResolvers<void>();
    void navigator.locks.request(`${group.name}-refresh`, () => release.promise);
    expire();
    expect(await stateOf(app, (await tab.renew(account.accessToken)) ?? "")).toBe("alive");
    release.resolve();
  });

  test("before it expires, in one tab for all, and for as long as the session lasts", async () => {
    const hasty = await TestApp.startDurable({ ACCESS_TOKEN_SECONDS: "2", SESSION_MAX_SECONDS: "5" });
    const brief = await signedUp(hasty);
    const tabGroup = new TabGroup(hasty);
    const tabs = await tabGroup.openSignedIn(5, brief);
    await eventually(async () => (await tabs[0].accessToken()) !== brief.accessToken || undefined);
    expect(new Set(await Promise.all(tabs.map((tab) => tab.accessToken()))).size).toBe(1);
    expect(tabGroup.refreshes).toBe(1);
    await whenAll(tabs, { status: "signed-out", reason: "SESSION_ENDED" });
    // The last tokens live for less than a second.
    expect(tabGroup.refreshes).toBeLessThanOrEqual(7);
  });
});
