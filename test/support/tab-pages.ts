import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BrowserContext, Page, Request, Route } from "playwright-core";
import { Visit } from "./browser.js";
import { type Account, PASSWORD } from "./journeys.js";
import { ROOT } from "./repository.js";
import type { TestApp } from "./test-app.js";

const VITE = join(ROOT, "node_modules/vite/bin/vite.js");
const PAGE = join(ROOT, "test/support/tab-page");

let bundle: Promise<string> | undefined;

afterAll(async () => {
  if (bundle !== undefined) await rm(await bundle, { recursive: true });
});

/** In a process of its own, as Vite sets variables of the environment that it builds in. */
async function buildPage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-page-"));
  const options = ["--base", "./", "--outDir", folder, "--emptyOutDir", "--logLevel", "error"];
  await promisify(execFile)(process.execPath, [VITE, "build", PAGE, ...options]);
  return folder;
}

/** One browser whose tabs show an application at the server's own origin. */
export class TabPages {
  /** Every refreshTokens that left a tab. */
  readonly refreshes: Request[] = [];

  private constructor(
    private readonly url: string,
    readonly context: BrowserContext,
  ) {
    context.on("request", (request) => {
      if (isRefresh(request)) this.refreshes.push(request);
    });
  }

  static async start(app: TestApp, delivery: "BODY" | "COOKIE"): Promise<TabPages> {
    bundle ??= buildPage();
    const folder = await bundle;
    const visit = await Visit.begin(app.url);
    const context = visit.page.context();
    await context.route("**/tab/**", (route) => {
      const [, path = ""] = new URL(route.request().url()).pathname.split("/tab/");
      return route.fulfill({ path: join(folder, path) });
    });
    await visit.page.close();
    return new TabPages(`${app.url}/tab/index.html?${delivery}`, context);
  }

  /** The server hears the first refresh, and its answer gets to no tab, nor does the cookie that came with it. */
  async loseFirstAnswer(instead: (route: Route) => Promise<unknown>): Promise<void> {
    let isFirst = true;
    await this.context.route("**/graphql", async (route) => {
      const request = route.request();
      if (!isFirst || !isRefresh(request)) return route.fallback();
      isFirst = false;
      const cookie = (await this.context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
      const headers = { "content-type": "application/json", cookie };
      await fetch(request.url(), { method: "POST", headers, body: request.postData() });
      await instead(route);
    });
  }

  async open(): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(this.url);
    return page;
  }

  /** Tabs in which the account is signed in. */
  async openSignedIn(count: number, account: Account): Promise<readonly [Page, ...Page[]]> {
    const first = await this.open();
    await logIn(first, account);
    const others = await Promise.all(Array.from({ length: count - 1 }, () => this.open()));
    await Promise.all(others.map((page) => page.evaluate("tab.session.resume()")));
    return [first, ...others];
  }
}

export function logIn(page: Page, { email }: Account): Promise<unknown> {
  return page.evaluate(`tab.logIn(${JSON.stringify(email)}, ${JSON.stringify(PASSWORD)})`);
}

export const isRefresh = (request: Request): boolean =>
  request.postData()?.includes("refreshTokens(") ?? false;
