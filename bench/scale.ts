import { arch, cpus, platform } from "node:os";
import { percentile } from "../test/faults/figures.js";
import type { BenchOptions } from "./options.js";
import { PASSWORD, PopulatedServer } from "./populated-server.js";

const SMALL = 1000;
/** What the large database may cost, as a multiple of the small one. */
const LIMIT = 2;
const REQUESTS_PER_ROUND = 100;
const WARM_UP_ROUNDS = 2;
const SAMPLE = 100;

const USERS = `query ($first: Int, $last: Int, $after: String, $before: String, $filter: UserFilter) {
  users(first: $first, last: $last, after: $after, before: $before, filter: $filter) {
    nodes { id email name role createdAt } pageInfo { startCursor endCursor hasNextPage }
  }
}`;
const USERS_AND_SESSIONS = "{ users(first: 50) { nodes { id email sessions { id lastUsedAt } } } }";
const LOGIN = `mutation ($input: LoginInput!) {
  login(input: $input) { __typename ... on AuthPayload { accessToken } ... on AuthError { code } }
}`;
const ME = "{ me { id email } }";

/** What is measured: one request, of the i-th person or page. */
interface Scenario {
  readonly name: string;
  request(server: PopulatedServer, sample: Sample, i: number): Promise<{ readonly ms: number }>;
}

/** What is needed to ask: people from all over the list, who are logged in, and a place in its middle. */
interface Sample {
  readonly emails: readonly string[];
  readonly tokens: readonly string[];
  readonly middle: string;
}

const page = (server: PopulatedServer, variables: object) => server.ask(USERS, variables, server.adminToken);

const pick = <Item>(items: readonly Item[], i: number): Item => {
  const item = items[i % items.length];
  if (item === undefined) throw new Error("The sample is empty");
  return item;
};

const SCENARIOS: readonly Scenario[] = [
  { name: "users: first page of 50", request: (server) => page(server, { first: 50 }) },
  {
    name: "users: page in the middle",
    request: (server, { middle }) => page(server, { first: 50, after: middle }),
  },
  { name: "users: last page", request: (server) => page(server, { last: 50 }) },
  {
    name: "users: search, one address",
    request: (server, { emails }, i) => page(server, { first: 50, filter: { search: pick(emails, i) } }),
  },
  {
    name: "users: search, a prefix that many have",
    request: (server, { emails }, i) =>
      page(server, { first: 50, filter: { search: pick(emails, i).slice(0, 2) } }),
  },
  {
    // Of whom there is one among a thousand.
    name: "users: an administrator",
    request: (server) => page(server, { first: 1, filter: { role: "ADMIN" } }),
  },
  {
    name: "users: 50 with their sessions",
    request: (server) => server.ask(USERS_AND_SESSIONS, {}, server.adminToken),
  },
  {
    name: "login (cheap hash)",
    request: (server, { emails }, i) =>
      server.ask(LOGIN, { input: { identifier: pick(emails, i), password: PASSWORD } }),
  },
  { name: "me", request: (server, { tokens }, i) => server.ask(ME, {}, pick(tokens, i)) },
];

/** What a request costs at a thousand users and at a million, in one run, turn by turn. */
export async function scale({ kinds, users, rounds, scope }: BenchOptions): Promise<boolean> {
  console.log(`Node ${process.version}, ${platform()} ${arch()}, ${cpus().length} cores`);
  let holds = true;
  for (const kind of kinds) {
    const servers = [];
    for (const size of [SMALL, users]) servers.push(await PopulatedServer.start(kind, size, scope));
    const samples = [];
    for (const server of servers) samples.push(await takeSample(server));
    console.log(`\n${kind}: median ms of ${rounds} x ${REQUESTS_PER_ROUND} requests, one after another`);
    console.log(row("", SMALL, users, "ratio"));
    for (const scenario of SCENARIOS) {
      const [small = Number.NaN, large = Number.NaN] = await measure(scenario, servers, samples, rounds);
      const ratio = large / small;
      if (!(ratio <= LIMIT)) holds = false;
      console.log(row(scenario.name, small.toFixed(2), large.toFixed(2), ratio.toFixed(2)));
    }
  }
  console.log(holds ? `\nHOLDS: all within ${LIMIT}x` : `\nBROKEN: not all within ${LIMIT}x`);
  return holds;
}

async function measure(
  scenario: Scenario,
  servers: readonly PopulatedServer[],
  samples: readonly Sample[],
  rounds: number,
): Promise<readonly number[]> {
  const times = servers.map(() => [] as number[]);
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const [which, server] of servers.entries()) {
      for (let i = 0; i < REQUESTS_PER_ROUND; i++) {
        const { ms } = await scenario.request(server, pick(samples, which), i);
        if (round >= 0) times[which]?.push(ms);
      }
    }
  }
  return times.map((values) => percentile(values, 0.5));
}

async function takeSample(server: PopulatedServer): Promise<Sample> {
  const { value: ends } = await page(server, { last: 1 });
  const oldest = Date.parse(ends.nodes[0].createdAt);
  const span = Date.now() - oldest;
  const emails: string[] = [];
  let middle = "";
  for (let i = 1; i <= SAMPLE; i++) {
    const createdBefore = new Date(oldest + (span * i) / (SAMPLE + 1)).toISOString();
    const { value } = await page(server, { first: 1, filter: { status: "ACTIVE", createdBefore } });
    emails.push(...value.nodes.map(({ email }: { readonly email: string }) => email));
    if (i === SAMPLE / 2) middle = value.pageInfo.endCursor;
  }
  const tokens: string[] = [];
  for (const identifier of emails) {
    const { value } = await server.ask(LOGIN, { input: { identifier, password: PASSWORD } });
    tokens.push(value.accessToken);
  }
  return { emails, tokens, middle };
}

const row = (name: string, ...cells: readonly unknown[]): string =>
  `  ${name.padEnd(42)}${cells.map((cell) => String(cell).padStart(10)).join("")}`;
