import type { Server } from "node:http";
import { parseSetCookie } from "cookie";
import { createSite } from "../../../examples/ssr/server.js";
import { Detour } from "../../support/detour.js";
import { startExample } from "../../support/example-process.js";
import { type Account, loggedIn, newEmail, PASSWORD, signedUp } from "../../support/journeys.js";
import { listenLocally } from "../../support/local-port.js";
import { TestApp } from "../../support/test-app.js";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/** Somebody's browser at an address of their own: what is in front of the site says so. */
class Browser {
  readonly jar = new Map<string, string>();

  constructor(
    private readonly site: string,
    private readonly address = "198.51.100.7",
  ) {}

  get = (): Promise<{ status: number; html: string; headers: Headers }> => this.#send("/", {});

  post(path: string, form: Readonly<Record<string, string>> = {}, headers: object = { origin: this.site }) {
    return this.#send(path, { method: "POST", body: new URLSearchParams(form), headers });
  }

  logIn = (identifier: string, password = PASSWORD) => this.post("/login", { identifier, password });

  get tokens(): readonly string[] {
    return decodeURIComponent(this.jar.get("site") ?? "").split(":");
  }

  async #send(path: string, { headers, ...options }: RequestInit) {
    const response = await fetch(this.site + path, {
      ...options,
      redirect: "manual",
      headers: {
        "user-agent": FIREFOX,
        "x-forwarded-for": this.address,
        cookie: [...this.jar].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(headers as object),
      },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") this.jar.delete(name);
      else this.jar.set(name, value);
    }
    return { status: response.status, html: await response.text(), headers: response.headers };
  }
}

describe("the example of a server that renders pages", () => {
  let app: TestApp;
  let latchkey: Detour;
  let account: Account;
  let site: string;
  const sites: Server[] = [];

  beforeAll(async () => {
    app = await TestApp.startDurable({
      TRUST_PROXY: "2",
      LOGIN_ATTEMPTS_PER_IP: "3",
      LOGIN_ATTEMPTS_PER_ACCOUNT: "4",
    });
    latchkey = await Detour.to(app);
    site = await startSite("site");
  });

  beforeEach(async () => {
    latchkey.gate = async () => {};
    latchkey.target = app;
    account = await signedUp(app);
  });

  afterAll(() => {
    for (const server of sites) server.close();
  });

  const startSite = async (cookie: string, latchkeyUrl = latchkey.url): Promise<string> => {
    const server = createSite(latchkeyUrl, cookie);
    sites.push(server);
    return `http://127.0.0.1:${await listenLocally(server)}`;
  };

  const expire = () => app.advanceSeconds(app.config.accessTokenSeconds + 1);

  const loggedInBrowser = async (): Promise<Browser> => {
    const browser = new Browser(site);
    expect((await browser.logIn(account.email)).status).toBe(303);
    return browser;
  };

  test("renders a page for whoever has logged in, and shows them no token", async () => {
    const browser = new Browser(site);
    expect((await browser.get()).html).toContain('action="/login"');
    const wrong = await browser.logIn(account.email, "wrong");
    expect([wrong.status, wrong.html]).toEqual([401, expect.stringContaining("password is wrong")]);
    expect(browser.jar.has("site")).toBe(false);
    await browser.logIn(account.email);
    const { status, html, headers } = await browser.get();
    expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(html).toContain(account.email);
    expect(browser.tokens.filter((token) => token === "" || html.includes(token))).toEqual([]);
  });

  test.each([
    ["site", false],
    ["__Host-site", true],
  ])("keeps the tokens in a cookie that scripts and other sites do not have: %s", async (name, secure) => {
    const browser = new Browser(await startSite(name));
    const { headers } = await browser.logIn(account.email);
    const cookies = headers.getSetCookie().map((line) => parseSetCookie(line));
    expect(cookies.find((cookie) => cookie.name === name)).toMatchObject({
      httpOnly: true,
      sameSite: "lax",
      path: "/",
    });
    expect(cookies.find((cookie) => cookie.name === name)?.secure === true).toBe(secure);
  });

  test("refreshes for requests of one browser at once, which all keep the same refresh token", async () => {
    const browser = await loggedInBrowser();
    const [, spent] = browser.tokens;
    expire();
    const tabs = Array.from({ length: 5 }, () =>
      Object.assign(new Browser(site), { jar: new Map(browser.jar) }),
    );
    const pages = await Promise.all(tabs.map((tab) => tab.get()));
    expect(pages.map(({ html }) => html.includes(account.email))).toEqual(pages.map(() => true));
    const refreshTokens = new Set(tabs.map(({ tokens }) => tokens[1]));
    expect([refreshTokens.size, refreshTokens.has(spent)]).toEqual([1, false]);
    expire();
    expect((await tabs[3]?.get())?.html).toContain(account.email);
  });

  test("asks to log in when the session is over, and leaves the cookie of another tab alone", async () => {
    const browser = await loggedInBrowser();
    const { accessToken: token } = await loggedIn(app, account.email);
    await app.graphql("mutation { revokeOtherSessions }", { token });
    const { status, html, headers } = await browser.get();
    expect([status, html]).toEqual([200, expect.stringContaining('action="/login"')]);
    expect(headers.getSetCookie()).toEqual([]);
    expect((await browser.logIn(account.email)).status).toBe(303);
    expect((await browser.get()).html).toContain(account.email);
  });

  test("logs out, at Latchkey too", async () => {
    const browser = await loggedInBrowser();
    const before = new Map(browser.jar);
    await browser.post("/logout");
    expect(browser.jar.has("site")).toBe(false);
    expect((await Object.assign(new Browser(site), { jar: before }).get()).html).toContain('action="/login"');
  });

  test("logs nobody out while Latchkey is down", async () => {
    const browser = await loggedInBrowser();
    expire();
    latchkey.target = null;
    expect([(await browser.get()).status, (await browser.post("/logout")).status]).toEqual([503, 503]);
    latchkey.target = app;
    expect((await browser.get()).html).toContain(account.email);
  });

  test("takes nobody for logged out because Latchkey cannot tell", async () => {
    const browser = await loggedInBrowser();
    const broken = await app.startAnother();
    broken.advanceSeconds((app.now - broken.now) / 1000);
    await broken.databaseConnection.orm.close();
    latchkey.gate = async (body) => {
      latchkey.target = body.includes("query Me") ? broken : app;
    };
    expect((await browser.get()).status).toBe(503);
  });

  test("a session is that of the person's browser, not of the server in between", async () => {
    const { tokens } = await loggedInBrowser();
    const { body } = await app.graphql("{ me { sessions { isCurrent device ipAddress userAgent } } }", {
      token: tokens[0] ?? "",
    });
    expect(body.data.me.sessions).toContainEqual({
      isCurrent: true,
      device: "Firefox on Linux",
      ipAddress: "198.51.100.7",
      userAgent: FIREFOX,
    });
  });

  test("at the edge, what a browser claims of its address is not believed", async () => {
    const edge = await app.startAnother({ TRUST_PROXY: "1" });
    const browser = new Browser(await startSite("site", edge.url), "203.0.113.9");
    await browser.logIn(account.email);
    const { body } = await edge.graphql("{ me { sessions { isCurrent ipAddress } } }", {
      token: browser.tokens[0] ?? "",
    });
    expect(body.data.me.sessions).toContainEqual({ isCurrent: true, ipAddress: "127.0.0.1" });
  });

  test("one person's failures keep nobody else out", async () => {
    const guesser = new Browser(site, "203.0.113.66");
    for (let i = 0; i < 5; i++) await guesser.logIn(newEmail(), "wrong");
    const blocked = await guesser.logIn(account.email);
    expect([blocked.status, blocked.html]).toEqual([401, expect.stringMatching(/too many|try again/i)]);
    expect((await new Browser(site, "203.0.113.67").logIn(account.email)).status).toBe(303);
  });

  test("a browser that has logged in before gets in whatever others have tried at the account", async () => {
    const browser = await loggedInBrowser();
    await browser.post("/logout");
    for (let i = 0; i < 6; i++) await new Browser(site, `203.0.113.${i}`).logIn(account.email, "wrong");
    expect((await new Browser(site, "203.0.113.200").logIn(account.email)).status).toBe(401);
    expect((await browser.logIn(account.email)).status).toBe(303);
  });

  test("refuses forms of other sites, and such as are too long", async () => {
    const browser = await loggedInBrowser();
    for (const headers of [{ origin: "https://evil.example" }, { origin: "null" }, {}]) {
      expect((await browser.post("/logout", {}, headers)).status).toBe(403);
      expect(
        (await browser.post("/login", { identifier: account.email, password: PASSWORD }, headers)).status,
      ).toBe(403);
    }
    expect((await browser.post("/login", { password: "x".repeat(5000) })).status).toBe(413);
    expect((await browser.get()).html).toContain(account.email);
  });

  test("shows markup as text, and takes a broken cookie for none", async () => {
    const { email } = await signedUp(app, { email: `o'neil&${newEmail()}` });
    const browser = new Browser(site);
    await browser.logIn(email);
    expect((await browser.get()).html).toContain("o&#39;neil&#38;");
    for (const value of ["x", ":", "a:b", "%00:%E0", "a:b:c"]) {
      browser.jar.set("site", value);
      const { status, html } = await browser.get();
      expect([value, status, html]).toEqual([value, 200, expect.stringContaining('action="/login"')]);
    }
  });

  test("runs as it is, on the TypeScript that Node takes", async () => {
    const browser = new Browser(await startExample("ssr/server.ts", { LATCHKEY_URL: app.url }));
    expect((await browser.logIn(account.email)).status).toBe(303);
    expect((await browser.get()).html).toContain(account.email);
  });
});
