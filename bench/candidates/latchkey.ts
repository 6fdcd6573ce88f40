import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../test/support/repository.js";
import { SERVER } from "../../test/support/server-process.js";
import { type Candidate, PASSWORD, type Population, type ServerCommand } from "./candidate.js";
import { graphqlProtocol } from "./graphql-protocol.js";

const run = promisify(execFile);
const CLI_FOLDER = join(ROOT, "dist/src/cli");

const NO_LIMIT = "1000000";
/** The most that it takes. */
const LOGINS_PER_ACCOUNT = "1000";

const SIGNUP = `mutation ($input: SignupInput!) {
  signup(input: $input) { __typename ... on AuthPayload { accessToken refreshToken } }
}`;
const LOGIN = `mutation ($input: LoginInput!) {
  login(input: $input) { __typename ... on AuthPayload { accessToken refreshToken } }
}`;
const REFRESH = `mutation ($refreshToken: String) {
  refreshTokens(refreshToken: $refreshToken) { __typename ... on AuthPayload { accessToken refreshToken } }
}`;

const protocol = graphqlProtocol({
  signup: SIGNUP,
  login: LOGIN,
  refresh: REFRESH,
  signupVariables: (email) => ({ input: { email, password: PASSWORD } }),
  loginVariables: (email) => ({ input: { identifier: email, password: PASSWORD } }),
});

async function prepare({ databaseUrl, users }: Population): Promise<ServerCommand> {
  const environment = {
    DATABASE_URL: databaseUrl,
    AUTH_SECRET: randomBytes(32).toString("base64url"),
    PUBLIC_URL: "http://latchkey.test",
    EMAIL_VERIFICATION: "off",
    LOGIN_ATTEMPTS_PER_IP: NO_LIMIT,
    LOGIN_ATTEMPTS_PER_ACCOUNT: LOGINS_PER_ACCOUNT,
    SIGNUPS_PER_IP: NO_LIMIT,
    ACCESS_TOKEN_SECONDS: "86400",
    PORT: "0",
  };
  // Made-up users are refused in production.
  const toFill = { PATH: process.env.PATH, ...environment, NODE_ENV: "development" };
  const seed = ["cli.js", "seed", "--users", String(users), "--password", PASSWORD];
  for (const command of [["migrate.js"], seed]) {
    await run(process.execPath, command, { cwd: CLI_FOLDER, env: toFill });
  }
  return {
    args: [SERVER],
    // Where no .env lies.
    cwd: "/",
    environment: { ...environment, NODE_ENV: "production" },
  };
}

export const latchkey: Candidate = {
  name: "Latchkey",
  setUp:
    "As it comes, but without mail verification and with limits of attempts that the load does not reach. Each request asks the database whether its session is still open.",
  prepare,
  protocol,
};
