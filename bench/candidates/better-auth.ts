import { type Candidate, type ClientAnswer, type Credentials, PASSWORD, type Protocol } from "./candidate.js";
import { peerServer } from "./peer-server.js";

const post = (path: string, body: object) => ({
  method: "POST" as const,
  path: `/api/auth${path}`,
  // As a browser does at its address.
  headers: { "content-type": "application/json", origin: "http://latchkey.test" },
  body: JSON.stringify(body),
  expects: '"token":"',
});

const getSession = ({ cookie = "" }: Credentials) => ({
  method: "GET" as const,
  path: "/api/auth/get-session",
  headers: { cookie },
  expects: '"user":{',
});

const protocol: Protocol = {
  signup: (email) => post("/sign-up/email", { email, password: PASSWORD, name: email }),
  login: (email) => post("/sign-in/email", { email, password: PASSWORD }),
  readCredentials: readCookies,
  me: getSession,
};

function readCookies({ status, headers, body }: ClientAnswer): Credentials {
  const cookies = [headers["set-cookie"] ?? []].flat().map((cookie) => cookie.split(";", 1)[0]);
  if (status !== 200 || cookies.length === 0) throw new Error(`No session: ${status} ${body}`);
  return { cookie: cookies.join("; ") };
}

const COMMON =
  "better-auth with email and password on node:http, REST instead of GraphQL; the session is looked up in the database. Its rate limit is off; no sessions are limited in number, and nothing is recorded of a login but its session.";

export const betterAuth: Candidate = {
  name: "better-auth",
  setUp: `${COMMON} Passwords are hashed with its default, scrypt with N=16384, r=16, p=1, on Node's thread pool: another algorithm than Latchkey's.`,
  prepare: async (population) => peerServer("better-auth", population),
  protocol,
};

export const betterAuthArgon2: Candidate = {
  name: "better-auth, argon2id (SIMD)",
  setUp: `${COMMON} Passwords are hashed with @node-rs/argon2 at Latchkey's cost through its setting for a hasher of one's own.`,
  prepare: async (population) => peerServer("better-auth", population, { PASSWORD_HASHER: "node-rs" }),
  protocol,
};

export const betterAuthRefresh: Candidate = {
  name: "better-auth, session refresh at each request",
  setUp: `${COMMON} With session.updateAge 0 each request for the session writes its new end, what otherwise happens once a day. The token stays the same: nothing is rotated.`,
  prepare: async (population) => peerServer("better-auth", population, { SESSION_REFRESH: "always" }),
  protocol: { ...protocol, refresh: getSession },
};

export const betterAuthCookieCache: Candidate = {
  name: "better-auth, cookie cache",
  setUp: `${COMMON} Except that the session comes from a signed cookie, good for an hour, without a look at the database, as its guide to performance advises: a session that was revoked, or an account that was deleted, goes on being answered until then.`,
  prepare: async (population) => peerServer("better-auth", population, { COOKIE_CACHE: "on" }),
  protocol,
};
