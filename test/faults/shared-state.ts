import { LOGIN, PASSWORD, SIGNUP } from "../support/journeys.js";
import { type Report, Tally } from "./figures.js";
import { GoodClient } from "./good-client.js";
import { GraphqlClient } from "./graphql-client.js";
import type { Stage } from "./stage.js";

const TIMES = 20;
const GUESSES = 50;

interface Expected {
  readonly loginAttempts: number;
  readonly report: Report;
}

/** What one server does, the other knows at once: nothing but the database may hold state. */
export async function checkSharedState(
  stage: Stage,
  clients: readonly GraphqlClient[],
  { loginAttempts, report }: Expected,
): Promise<void> {
  const [one, two] = clients.map((client) => new GoodClient(client, stage.ledger));
  if (one === undefined || two === undefined) throw new Error("Two servers are needed");
  await refreshAlternately(stage, [one, two]);
  await endAlternately(stage, [one, two]);
  report.figure("refreshed and ended at each in turn", `${TIMES} times`);
  report.check("one address, signed up at both at once: one wins", await signUpAtBoth(stage, clients), TIMES);
  const guesses = await guessAtBoth(stage, clients, report);
  const [wrong, refused] = [guesses.of("InvalidCredentials"), guesses.of("TooManyAttempts")];
  const isExact = wrong === loginAttempts && refused === GUESSES - loginAttempts;
  report.check(`of ${GUESSES} wrong logins exactly ${loginAttempts} are looked at`, isExact, guesses);
}

type Pair = readonly [GoodClient, GoodClient];

/** Breaches go to the ledger, whose checks come at the end. */
async function refreshAlternately(stage: Stage, [one, two]: Pair): Promise<void> {
  const { session } = await stage.newBystander();
  for (let time = 0; time < TIMES; time++) {
    // Both at once with one token, as two tabs do: both are answered, with the same successor.
    const before = session.refreshToken;
    demand(await one.refresh(session), stage);
    const successor = session.refreshToken;
    session.refreshToken = before;
    demand(await two.refresh(session), stage);
    if (session.refreshToken !== successor)
      stage.ledger.breach("unexpected answer", "two servers give two successors to one refresh token");
    demand(await one.askMe(session), stage);
    demand(await two.askMe(session), stage);
  }
}

async function endAlternately(stage: Stage, pair: Pair): Promise<void> {
  const { person, session: own } = await stage.newBystander();
  for (let time = 0; time < TIMES; time++) {
    const [here, there] = time % 2 === 0 ? pair : ([pair[1], pair[0]] as const);
    demand(await here.logIn(person), stage);
    const session = person.sessions.at(-1);
    if (session === undefined) throw new Error("A login opened no session");
    demand(await there.askMe(session), stage);
    demand(time % 4 < 2 ? await here.revoke(session, own) : await here.logOut(session), stage);
    demand(await there.askMe(session), stage);
    demand(await there.refresh(session), stage);
  }
}

async function signUpAtBoth(stage: Stage, clients: readonly GraphqlClient[]): Promise<boolean> {
  const outcomes = new Tally();
  for (let time = 0; time < TIMES; time++) {
    const { email } = stage.ledger.newPerson();
    const variables = { input: { email, password: PASSWORD } };
    const answers = await Promise.all(clients.map((client) => client.send(SIGNUP, variables)));
    const kinds = answers.map(({ value, code }) => code ?? value.__typename).sort();
    outcomes.add(kinds.join());
  }
  return outcomes.of("AuthPayload,InvalidInput") === TIMES;
}

/** Guessed by strangers: a client the account has a session with has attempts of its own, so that its owner gets in. */
async function guessAtBoth(stage: Stage, clients: readonly GraphqlClient[], report: Report): Promise<Tally> {
  const { person } = await stage.newBystander();
  const strangers = clients.map(({ url }) => new GraphqlClient(url, "a stranger"));
  const variables = { input: { identifier: person.email, password: `not ${PASSWORD}` } };
  const guesses = Array.from({ length: GUESSES }, (_, guess) => strangers[guess % strangers.length]);
  const answers = await Promise.all(guesses.map((client) => client?.send(LOGIN, variables)));
  const outcomes = new Tally();
  for (const answer of answers) outcomes.add(answer?.code ?? answer?.value.__typename);
  for (const stranger of strangers) stranger.close();
  const error = await stage.goodClient.logIn(person);
  report.check("meanwhile the owner gets in, with a known client", error === undefined, error);
  return outcomes;
}

function demand(error: string | undefined, stage: Stage): void {
  if (error !== undefined) stage.ledger.breach("unexpected answer", `${error} from two undisturbed servers`);
}
