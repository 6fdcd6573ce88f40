import { LOGIN, ME, PASSWORD, REFRESH, SIGNUP } from "../support/journeys.js";
import type { GraphqlClient, Outcome } from "./graphql-client.js";
import type { KnownSession, Ledger, Person } from "./ledger.js";

const REVOKE = "mutation ($id: ID!) { revokeSession(id: $id) }";
const LOGOUT = "mutation ($token: String) { logout(refreshToken: $token) }";

/**
 * The operations of a client that behaves: it writes down what it was told and repeats what it was not told the
 * outcome of. Each returns the code of the error, or undefined when there was an answer.
 */
export class GoodClient {
  constructor(
    readonly client: GraphqlClient,
    readonly ledger: Ledger,
  ) {}

  async signUp(person: Person): Promise<string | undefined> {
    const outcome = await this.client.send(SIGNUP, { input: { email: person.email, password: PASSWORD } });
    if (outcome.code !== undefined) {
      person.exists = "perhaps";
      return this.#failed("signup", outcome);
    }
    const { __typename: kind } = outcome.value;
    const isTaken = kind === "InvalidInput" && outcome.value.fields[0].code === "TAKEN";
    if (kind === "AuthPayload") this.#cameIn("signup", person, outcome);
    // The earlier one went through after all.
    else if (isTaken && person.exists === "perhaps") person.exists = "yes";
    else return this.#unexpected("signup", outcome);
    return undefined;
  }

  async logIn(person: Person): Promise<string | undefined> {
    const outcome = await this.client.send(LOGIN, {
      input: { identifier: person.email, password: PASSWORD },
    });
    if (outcome.code !== undefined) return this.#failed("login", outcome);
    const { __typename: kind } = outcome.value;
    if (kind === "AuthPayload") this.#cameIn("login", person, outcome);
    else if (kind === "InvalidCredentials")
      this.ledger.breach("signup lost", `${person.email} was signed up and cannot log in`);
    else return this.#unexpected("login", outcome);
    return undefined;
  }

  async refresh(session: KnownSession): Promise<string | undefined> {
    const outcome = await this.client.send(REFRESH, { token: session.refreshToken });
    session.isRefreshing = outcome.code !== undefined;
    if (outcome.code !== undefined) return this.#failed("refresh", outcome);
    if (outcome.value.__typename === "AuthPayload") {
      session.accessToken = outcome.value.accessToken;
      session.refreshToken = outcome.value.refreshToken;
      this.ledger.acknowledged.add("refresh");
      if (session.state === "ended") this.#undone(session, "its refresh token works");
    } else if (session.state === "live") {
      this.#lost(session, `refresh answers ${outcome.value.reason ?? outcome.value.__typename}`);
    }
    return undefined;
  }

  async askMe(session: KnownSession): Promise<string | undefined> {
    const outcome = await this.client.send(ME, {}, session.accessToken);
    const isRefused = outcome.code === "UNAUTHENTICATED" && outcome.reason === "SESSION_REVOKED";
    if (outcome.code !== undefined && !isRefused) return this.#failed("me", outcome);
    if (isRefused && session.state === "live") this.#lost(session, "me answers SESSION_REVOKED");
    if (!isRefused && session.state === "ended") this.#undone(session, "its access token works");
    return undefined;
  }

  /** @param from the session of the same person that asks for it */
  async revoke(session: KnownSession, from: KnownSession): Promise<string | undefined> {
    return this.#end(session, "revoke", await this.client.send(REVOKE, { id: session.id }, from.accessToken));
  }

  async logOut(session: KnownSession): Promise<string | undefined> {
    return this.#end(session, "logout", await this.client.send(LOGOUT, { token: session.refreshToken }));
  }

  #end(session: KnownSession, operation: string, outcome: Outcome): string | undefined {
    const wasLive = session.state === "live";
    if (outcome.code !== undefined) {
      session.state = "ending";
      return this.#failed(operation, outcome);
    }
    // False says that there is none to end: right where an earlier attempt went through without an answer.
    if (outcome.value === false && wasLive) this.#lost(session, `${operation} answers false`);
    session.state = "ended";
    this.ledger.acknowledged.add(operation);
    return undefined;
  }

  #cameIn(operation: string, person: Person, { value }: Outcome): void {
    person.exists = "yes";
    const { accessToken, refreshToken, session } = value;
    person.sessions.push({ id: session.id, accessToken, refreshToken, isRefreshing: false, state: "live" });
    this.ledger.acknowledged.add(operation);
  }

  #failed(operation: string, { code = "", reason }: Outcome): string {
    this.ledger.errors.add(code);
    // A session's end is judged where it is known; here it means that a token was taken for none of ours.
    if (code === "UNAUTHENTICATED")
      this.ledger.breach("unexpected answer", `${operation}: ${code} ${reason}`);
    return code;
  }

  #unexpected(operation: string, { value }: Outcome): string {
    this.ledger.breach("unexpected answer", `${operation}: ${JSON.stringify(value)}`);
    return value.__typename;
  }

  #lost(session: KnownSession, how: string): void {
    this.ledger.breach("session lost", `session ${session.id}: ${how}`);
    session.state = "ended";
  }

  #undone(session: KnownSession, how: string): void {
    this.ledger.breach("ending undone", `session ${session.id} was ended, and ${how}`);
    session.state = "ending";
  }
}
