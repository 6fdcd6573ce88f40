import { parseSetCookie, type SetCookie } from "cookie";
import { LOGIN, PASSWORD, REFRESH, SIGNUP } from "./journeys.js";
import type { GraphqlAnswer, TestApp } from "./test-app.js";

/** A client that keeps cookies as a browser does, and sees of them what its network log shows. */
export class CookieClient {
  readonly jar = new Map<string, string>();
  /** What the latest answer has set. */
  latest: readonly SetCookie[] = [];

  constructor(private readonly app: TestApp) {}

  /** Whatever the cookie of the refresh token is called here. */
  get refreshCookie(): string | undefined {
    return this.jar.get("latchkey-refresh") ?? this.jar.get("__Host-latchkey-refresh");
  }

  async ask(
    query: string,
    variables: Readonly<Record<string, unknown>> = {},
    token?: string,
  ): Promise<GraphqlAnswer> {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const bearer = token === undefined ? {} : { token };
    const answer = await this.app.graphql(query, { variables, headers: { cookie }, ...bearer });
    this.latest = answer.headers.getSetCookie().map((line) => parseSetCookie(line));
    for (const { name, value = "", maxAge } of this.latest) {
      if (maxAge === 0) this.jar.delete(name);
      else this.jar.set(name, value);
    }
    return answer;
  }

  async signUp(email: string) {
    const input = { email, password: PASSWORD, tokenDelivery: "COOKIE" };
    return (await this.ask(SIGNUP, { input })).body.data.signup;
  }

  async logIn(identifier: string, more: Readonly<Record<string, unknown>> = {}) {
    const input = { identifier, password: PASSWORD, tokenDelivery: "COOKIE", ...more };
    return (await this.ask(LOGIN, { input })).body.data.login;
  }

  async refresh(token?: string) {
    return (await this.ask(REFRESH, token === undefined ? {} : { token })).body.data.refreshTokens;
  }

  async logOut(accessToken?: string): Promise<unknown> {
    return (await this.ask("mutation { logout }", {}, accessToken)).body.data.logout;
  }
}
