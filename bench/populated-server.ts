import { randomBytes } from "node:crypto";
import { createDatabase } from "../test/faults/databases.js";
import { GraphqlClient } from "../test/faults/graphql-client.js";
import type { DatabaseKind } from "../test/faults/program.js";
import type { Scope } from "../test/faults/scope.js";
import { runCli } from "../test/support/cli-process.js";
import { ServerProcess } from "../test/support/server-process.js";
import { PASSWORD } from "./candidates/candidate.js";

const NO_LIMIT = "1000000";
const ADMIN_EMAIL = "admin@latchkey.test";

const ENVIRONMENT = {
  NODE_ENV: "test",
  PUBLIC_URL: "http://latchkey.test",
  EMAIL_VERIFICATION: "off",
  // Cheap hashes: what is looked up and written shows, instead of what is computed.
  ARGON2_MEMORY_KIB: "64",
  ARGON2_ITERATIONS: "1",
  ACCESS_TOKEN_SECONDS: "86400",
  LOGIN_ATTEMPTS_PER_IP: NO_LIMIT,
  SIGNUPS_PER_IP: NO_LIMIT,
};

const SIGNUP = `mutation ($input: SignupInput!) {
  signup(input: $input) { __typename ... on AuthPayload { accessToken } }
}`;

/** A real server process over a database of so many users, each with a session. */
export class PopulatedServer {
  private constructor(
    readonly users: number,
    private readonly client: GraphqlClient,
    readonly adminToken: string,
  ) {}

  static async start(kind: DatabaseKind, users: number, scope: Scope): Promise<PopulatedServer> {
    const database = await createDatabase(kind, scope);
    const secret = randomBytes(32).toString("base64url");
    const environment = { ...ENVIRONMENT, DATABASE_URL: database.url, AUTH_SECRET: secret };
    const folder = scope.temporaryFolder();
    const server = await ServerProcess.start(folder, environment);
    await command(["seed", "--users", String(users), "--password", PASSWORD], environment);
    const client = new GraphqlClient(server.url, "bench");
    scope.defer(() => client.close());
    const input = { email: ADMIN_EMAIL, password: PASSWORD };
    const { value } = await client.send(SIGNUP, { input });
    await command(["create-admin", "--email", ADMIN_EMAIL, "--promote"], environment);
    return new PopulatedServer(users, client, value.accessToken);
  }

  /** @throws when it is not answered as it should be: a fast refusal is no figure */
  async ask(query: string, variables: object, token?: string) {
    const outcome = await this.client.send(query, variables, token);
    if (outcome.value === undefined || outcome.value === null || outcome.value.code !== undefined) {
      throw new Error(`Not answered: ${JSON.stringify(outcome)}`);
    }
    return { value: outcome.value, ms: outcome.ms };
  }
}

async function command(args: readonly string[], environment: Record<string, string>): Promise<void> {
  const { code, stderr } = await runCli(args, { environment });
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${stderr}`);
}
