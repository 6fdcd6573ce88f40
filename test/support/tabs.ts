import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { jest } from "@jest/globals";
import { AuthSession, type RefreshAnswer } from "../../examples/web/src/auth-link/auth-session.js";
import { CookieClient } from "./cookie-client.js";
import { eventually } from "./eventually.js";
import { type Account, refresh } from "./journeys.js";
import type { TestApp } from "./test-app.js";

const LOGOUT = "mutation ($token: String) { logout(refreshToken: $token) }";

type Delivery = "body" | "cookie";
/** What becomes of a request: `send` gets its answer from the server. */
type Way<Answer> = (send: () => Promise<Answer>) => Promise<Answer>;

const opened: AuthSession[] = [];

afterEach(() => {
  for (const tab of opened.splice(0)) tab.dispose();
});

/** Several tabs of one browser, in one process: there the channel and the locks are the same as in a browser. */
export class TabGroup {
  readonly name = `latchkey-${randomUUID()}`;
  readonly kept = new Map<string, string>();
  readonly storage = {
    getItem: (key: string) => this.kept.get(key) ?? null,
    setItem: (key: string, value: string) => void this.kept.set(key, value),
    removeItem: (key: string) => void this.kept.delete(key),
  };
  readonly cookies: CookieClient;
  /** How many requests were sent. */
  refreshes = 0;
  logouts = 0;
  /** As in a browser without BroadcastChannel. */
  areTabsApart = false;
  refreshWay: Way<RefreshAnswer> = (send) => send();
  logoutWay: Way<unknown> = (send) => send();

  constructor(
    private readonly app: TestApp,
    private readonly delivery: Delivery = "body",
  ) {
    this.cookies = new CookieClient(app);
  }

  /** A tab as it is right after its page was loaded. */
  open(): AuthSession {
    const isBody = this.delivery === "body";
    const { BroadcastChannel } = globalThis;
    if (this.areTabsApart) Reflect.deleteProperty(globalThis, "BroadcastChannel");
    const tab = new AuthSession({
      name: this.name,
      ...(isBody && { storage: this.storage }),
      refresh: (refreshToken) => {
        this.refreshes += 1;
        return this.refreshWay(() => (isBody ? refresh(this.app, refreshToken) : this.cookies.refresh()));
      },
      logout: ({ accessToken, refreshToken }) => {
        this.logouts += 1;
        return this.logoutWay(() => this.#logOut(accessToken ?? undefined, refreshToken));
      },
    });
    globalThis.BroadcastChannel = BroadcastChannel;
    opened.push(tab);
    return tab;
  }

  /** Tabs in which somebody is signed in, all with the same access token. */
  async openSignedIn(count: number, account: Account): Promise<readonly [AuthSession, ...AuthSession[]]> {
    const first = this.open();
    first.begin(account);
    const others = Array.from({ length: count - 1 }, () => this.open());
    await Promise.all(others.map((tab) => tab.resume()));
    return [first, ...others];
  }

  async #logOut(token: string | undefined, refreshToken: string | null): Promise<unknown> {
    if (this.delivery === "cookie") return this.cookies.logOut(token);
    const bearer = token === undefined ? {} : { token };
    return (await this.app.graphql(LOGOUT, { variables: { token: refreshToken }, ...bearer })).body.data
      .logout;
  }
}

/** A request that the server has answered, and whose answer got lost. */
export const answerLost = async (send: () => Promise<unknown>): Promise<never> => {
  await send();
  throw new TypeError("Failed to fetch");
};

/** A request that did not get anywhere. */
export const unreachable = (): Promise<never> => Promise.reject(new TypeError("Failed to fetch"));

/** Holds the answer to the next refresh, which the server has given, until it is let go. */
export function holdAnswer(group: TabGroup): { readonly arrives: Promise<void>; readonly letGo: () => void } {
  const [arrival, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  group.refreshWay = async (send) => {
    const answer = await send();
    arrival.resolve();
    await release.promise;
    return answer;
  };
  return { arrives: arrival.promise, letGo: release.resolve };
}

/** For waits that nothing but time ends: until the end of the test timers run ten times as fast. */
export function hurry(): void {
  const { setTimeout } = globalThis;
  const faster = (work: () => void, ms: number, ...rest: []) => setTimeout(work, ms / 10, ...rest);
  jest.spyOn(globalThis, "setTimeout").mockImplementation(faster as typeof setTimeout);
}

/** On the clocks of the pages, whose timers do not notice: as while a machine sleeps. */
export function passTime(seconds: number): void {
  const ahead = performance.now() + seconds * 1000 - Date.now();
  jest.spyOn(performance, "now").mockImplementation(() => Date.now() + ahead);
}

/** What is done in one tab shows in the others a moment later. */
export async function whenAll(tabs: readonly AuthSession[], state: object): Promise<void> {
  await eventually(() => tabs.every((tab) => isDeepStrictEqual(tab.state, state)) || undefined);
}
