/**
 * Who a request is from, for a server that renders pages: Latchkey's tokens are in a cookie of that server, and no script ever
 * sees one. Nothing here is about a framework; how server.ts calls it, a handler or middleware of one does.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { parseCookie, stringifySetCookie } from "cookie";

export interface Visit {
  readonly latchkeyUrl: string;
  /** What the cookie is called: `__Host-site`; without TLS, as at localhost, `site`. */
  readonly cookie: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

type Tokens = { accessToken: string; refreshToken: string; refreshTokenExpiresAt: string };
type Result = { result: Tokens | { message: string } };
type Me = { me: { email: string } | null };
type Answer<Data> = { data: Data; errors?: { message: string; extensions: { code: string } }[] };

const RESULT = `{
  ... on AuthPayload { accessToken refreshToken refreshTokenExpiresAt } ... on AuthError { message }
}`;
const LOGIN = `mutation Login($input: LoginInput!) { result: login(input: $input) ${RESULT} }`;
const REFRESH = `mutation RefreshTokens($token: String!) { result: refreshTokens(refreshToken: $token) ${RESULT} }`;
const LOGOUT = "mutation Logout($token: String) { logout(refreshToken: $token) }";
const ME = "query Me { me { email } }";

/** @returns what to tell people where it did not succeed */
export async function logIn(visit: Visit, input: object): Promise<string | null> {
  const { result } = await ask<Result>(visit, LOGIN, { input });
  if ("message" in result) return result.message;
  keep(visit, result);
  return null;
}

export async function logOut(visit: Visit): Promise<null> {
  await ask(visit, LOGOUT, { token: readTokens(visit).refreshToken });
  keep(visit, null);
  return null;
}

/** Who is logged in. Where the access token has expired there is a new cookie, too: it has to go out with the page. */
export async function readMe(visit: Visit): Promise<Me["me"]> {
  const { accessToken, refreshToken } = readTokens(visit);
  if (accessToken === undefined) return null;
  const { me } = await ask<Me>(visit, ME, {}, accessToken);
  if (me !== null) return me;
  // Several requests of a browser may do so at once: within REFRESH_GRACE_SECONDS all get the same new refresh token.
  const { result } = await ask<Result>(visit, REFRESH, { token: refreshToken });
  // The cookie stays: by now this browser may have logged in again, in another tab.
  if ("message" in result) return null;
  keep(visit, result);
  return (await ask<Me>(visit, ME, {}, result.accessToken)).me;
}

async function ask<Data>(visit: Visit, query: string, variables: object, token?: string): Promise<Data> {
  const { headers, socket } = visit.request;
  const device = /(__Host-)?latchkey-device=[^;]*/.exec(headers.cookie ?? "")?.[0];
  const answer = await fetch(new URL("/graphql", visit.latchkeyUrl), {
    method: "POST",
    headers: {
      "content-type": "application/json",
      // The person's own: otherwise their sessions, mails and attempt limits would all be about this server.
      "user-agent": headers["user-agent"] ?? "",
      "x-forwarded-for": [headers["x-forwarded-for"] ?? [], socket.remoteAddress].flat().join(", "),
      ...(device && { cookie: device }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  // By this one Latchkey knows the browser again at the next login.
  for (const cookie of answer.headers.getSetCookie()) visit.response.appendHeader("set-cookie", cookie);
  const { data, errors: [error] = [] } = (await answer.json()) as Answer<Data>;
  if (error !== undefined && error.extensions.code !== "UNAUTHENTICATED") throw new Error(error.message);
  return data;
}

function readTokens({ cookie, request }: Visit): Partial<Tokens> {
  const [accessToken, refreshToken] = parseCookie(request.headers.cookie ?? "")[cookie]?.split(":") ?? [];
  return accessToken && refreshToken ? { accessToken, refreshToken } : {};
}

function keep({ cookie: name, response }: Visit, tokens: Tokens | null): void {
  const value = tokens === null ? "" : `${tokens.accessToken}:${tokens.refreshToken}`;
  const expires = new Date(tokens?.refreshTokenExpiresAt ?? 0);
  const secure = name.startsWith("__Host-");
  // Lax: whoever follows a link from elsewhere is logged in here, and a form from elsewhere comes without it.
  const options = { path: "/", httpOnly: true, sameSite: "lax", secure, expires } as const;
  response.appendHeader("set-cookie", stringifySetCookie({ name, value, ...options }));
}
