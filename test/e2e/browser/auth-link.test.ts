import type { Page } from "playwright-core";
import { eventually } from "../../support/eventually.js";
import { type Account, signedUp } from "../../support/journeys.js";
import { isRefresh, logIn, TabPages } from "../../support/tab-pages.js";
import { TestApp } from "../../support/test-app.js";

const ACCESS_TOKEN_SECONDS = 900;
const TABS = 5;

describe.each(["BODY", "COOKIE"] as const)(
  "the auth-link in five tabs, with tokenDelivery: %s",
  (delivery) => {
    let app: TestApp;
    let account: Account;
    let tabs: TabPages;
    let pages: readonly [Page, ...Page[]];

    beforeAll(async () => {
      app = await TestApp.startDurable();
    });

    beforeEach(async () => {
      account = await signedUp(app);
      tabs = await TabPages.start(app, delivery);
      pages = await tabs.openSignedIn(TABS, account);
    });

    const expire = () => app.advanceSeconds(ACCESS_TOKEN_SECONDS);
    const stateOf = (page: Page) =>
      page.evaluate("tab.session.state") as Promise<{ status: string; sessionId: string }>;
    const me = (page: Page) => page.evaluate("tab.me()");
    const allAreMe = async () =>
      expect(await Promise.all(pages.map(me))).toEqual(pages.map(() => account.email));

    /** What the server counts: 1 after the login, and one more for each refresh that took place. */
    async function generation(): Promise<unknown> {
      const { sessionId } = await stateOf(pages[1] as Page);
      return (await app.database.ask("select generation from sessions where id = ?", sessionId))[0]
        ?.generation;
    }

    test("19: a token that expires everywhere at once is refreshed once, again and again", async () => {
      for (let round = 1; round <= 5; round++) {
        expire();
        await allAreMe();
        expect([tabs.refreshes.length, await generation()]).toEqual([round, round + 1]);
      }
    });

    test("19: a refresh whose answer is dropped recovers, for all of them", async () => {
      await tabs.loseFirstAnswer((route) => route.abort());
      expire();
      await allAreMe();
      expect([tabs.refreshes.length, await generation()]).toEqual([2, 2]);
    });

    test("19: a tab that is closed in the middle of a refresh leaves it to the others", async () => {
      const [first, ...others] = pages;
      await tabs.loseFirstAnswer(() => first.close());
      const isUnderWay = tabs.context.waitForEvent("request", isRefresh);
      expire();
      me(first).catch(() => {});
      await isUnderWay;
      expect(await Promise.all(others.map(me))).toEqual(others.map(() => account.email));
      expect(tabs.refreshes).toHaveLength(2);
      // A browser may finish the request of a tab that is gone, and keep the cookie that comes.
      expect(delivery === "BODY" ? [2] : [2, 3]).toContain(await generation());
    });

    test("a logout in one tab logs out the others, and a new one finds nobody", async () => {
      await pages[0].evaluate("tab.session.logout()");
      const out = { status: "signed-out", reason: "LOGGED_OUT" };
      for (const page of pages) await page.waitForFunction("tab.session.state.status === 'signed-out'");
      expect(await Promise.all(pages.map(stateOf))).toEqual(pages.map(() => out));
      const later = await tabs.open();
      await later.evaluate("tab.session.resume()");
      expect(await stateOf(later)).toEqual({ status: "signed-out", reason: null });
    });

    test("a login in one tab takes over in the others", async () => {
      const other = await signedUp(app);
      await logIn(pages[0], other);
      account = other;
      await eventually(async () => {
        const states = await Promise.all(pages.map(stateOf));
        return new Set(states.map(({ sessionId }) => sessionId)).size === 1 || undefined;
      });
      await allAreMe();
      expect(tabs.refreshes).toHaveLength(0);
    });

    test("a new tab takes over the token of another, and a reload of the only one refreshes", async () => {
      const later = await tabs.open();
      expect(await me(later)).toBe(account.email);
      expect(tabs.refreshes).toHaveLength(0);
      for (const page of pages) await page.close();
      await later.reload();
      expect(await me(later)).toBe(account.email);
      expect(tabs.refreshes).toHaveLength(1);
    });

    test("42: no access token is kept, and no refresh token where scripts can read it unless they asked for it", async () => {
      expire();
      await allAreMe();
      const kept = await pages[1]?.evaluate(
        "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])",
      );
      expect(String(kept).match(/eyJ[\w-]{10,}\.[\w-]+\.[\w-]+/g) ?? []).toHaveLength(
        delivery === "BODY" ? 1 : 0,
      );
      expect(kept).not.toContain(await pages[1]?.evaluate("tab.session.accessToken()"));
    });
  },
);

describe("the auth-link", () => {
  test("renews before the token expires, in one tab for all, without anybody doing anything", async () => {
    const hasty = await TestApp.startDurable({ ACCESS_TOKEN_SECONDS: "6" });
    const tabs = await TabPages.start(hasty, "COOKIE");
    const pages = await tabs.openSignedIn(TABS, await signedUp(hasty));
    const token = (page: Page) => page.evaluate("tab.session.accessToken()");
    const [first] = await Promise.all(pages.map(token));
    await tabs.context.waitForEvent("request", isRefresh);
    await eventually(async () => !(await Promise.all(pages.map(token))).includes(first) || undefined);
    expect(new Set(await Promise.all(pages.map(token))).size).toBe(1);
    expect(tabs.refreshes).toHaveLength(1);
  });

  test.each([
    ["is online again", "dispatchEvent(new Event('online'))"],
    ["is looked at", "document.dispatchEvent(new Event('visibilitychange'))"],
  ])("tries again when the page %s", async (_when, event) => {
    const app = await TestApp.start();
    const tabs = await TabPages.start(app, "COOKIE");
    const [before] = await tabs.openSignedIn(1, await signedUp(app));
    await before.close();
    await tabs.context.route("**/graphql", (route) => route.abort());
    const page = await tabs.open();
    await page.evaluate("tab.session.resume()");
    expect(await page.evaluate("tab.session.state")).toEqual({ status: "unknown" });
    await tabs.context.unroute("**/graphql");
    await page.evaluate(event);
    await page.waitForFunction("tab.session.state.status === 'signed-in'", undefined, { timeout: 5000 });
  });
});
