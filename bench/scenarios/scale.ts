import { percentile } from "../../test/faults/figures.js";
import { PASSWORD } from "../candidates/candidate.js";
import { pick } from "../entry.js";
import { PopulatedServer } from "../populated-server.js";
import type { Scenario, Stage } from "../scenario.js";
import type { Figures } from "../series.js";
import type { Outcome } from "../turns.js";

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
interface Question {
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

const QUESTIONS: readonly Question[] = [
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

/** What pages, searches and single people cost with few and with many accounts, in one run, turn by turn. */
export const scale: Scenario = {
  name: "scale",
  what: `Pages and searches of Latchkey's users, ${REQUESTS_PER_ROUND} requests a round, one after another.`,
  cores: "all",
  judgedBy: "p50",
  isAboutGrowth: true,
  async run({ kind, options: { sizes, rounds }, scope, show }: Stage) {
    const servers = [];
    for (const size of sizes) {
      show(`making ${size} users`);
      servers.push(await PopulatedServer.start(kind, size, scope));
    }
    const samples = new Map<PopulatedServer, Sample>();
    for (const server of servers) samples.set(server, await takeSample(server));
    const outcomes: Outcome[] = [];
    for (const question of QUESTIONS) {
      show(question.name);
      outcomes.push(...(await measure(question, samples, rounds)));
    }
    return outcomes;
  },
};

async function measure(
  question: Question,
  samples: ReadonlyMap<PopulatedServer, Sample>,
  rounds: number,
): Promise<readonly Outcome[]> {
  const figures = new Map([...samples.keys()].map((server) => [server, [] as Figures[]]));
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const [server, sample] of samples) {
      const times: number[] = [];
      for (let i = 0; i < REQUESTS_PER_ROUND; i++) times.push((await question.request(server, sample, i)).ms);
      const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
      if (round >= 0) figures.get(server)?.push({ p50, p99 });
    }
  }
  return [...figures].map(([{ users }, roundsOf]) => ({
    contestant: question.name,
    users,
    rounds: roundsOf,
  }));
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
