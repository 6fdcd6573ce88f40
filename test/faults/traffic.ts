import { setTimeout as delay } from "node:timers/promises";
import type { GoodClient } from "./good-client.js";
import type { KnownSession, Person } from "./ledger.js";

/** An account is used this often, then the next person comes: signups stay a good part of the traffic. */
const OPERATIONS_PER_PERSON = 25;
const AFTER_ERROR_MS = 50;
const POLL_MS = 5;
const PATIENCE_MS = 20_000;

export interface TrafficOptions {
  /** How many act at once. */
  readonly people: number;
  /** How long each thinks between two operations. */
  readonly thinkMs: number;
}

/** People who sign up, log in, refresh, look, revoke and log out, at random and each one thing at a time. */
export class Traffic {
  readonly #people: Person[];
  #isRunning = false;
  #answers = 0;
  #loops: Promise<void>[] = [];

  constructor(
    private readonly goodClient: GoodClient,
    private readonly options: TrafficOptions,
  ) {
    this.#people = Array.from({ length: options.people }, () => goodClient.ledger.newPerson());
  }

  start(): void {
    this.#isRunning = true;
    this.#loops = this.#people.map((_, place) => this.#live(place));
  }

  /** Resolves when so many more operations were answered: how long that takes is the machine's business. */
  async answered(count: number): Promise<void> {
    const goal = this.#answers + count;
    const deadline = performance.now() + PATIENCE_MS;
    while (this.#answers < goal) {
      if (performance.now() > deadline) throw new Error(`No ${count} answers within ${PATIENCE_MS} ms`);
      await delay(POLL_MS);
    }
  }

  /** Resolves when the last answer, or its absence, is written down. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    await Promise.all(this.#loops);
  }

  async #live(place: number): Promise<void> {
    while (this.#isRunning) {
      const person = this.#personAt(place);
      person.operations += 1;
      this.goodClient.ledger.touch(person);
      const error = await this.#act(person);
      if (error === undefined) this.#answers += 1;
      await delay(error === undefined ? Math.random() * 2 * this.options.thinkMs : AFTER_ERROR_MS);
    }
  }

  #personAt(place: number): Person {
    const person = this.#people[place];
    // Nobody leaves with a lost answer to a refresh: the grace in which it may be repeated would run out.
    const mayLeave = person?.sessions.every(({ isRefreshing }) => !isRefreshing) ?? true;
    if (person !== undefined && (person.operations < OPERATIONS_PER_PERSON || !mayLeave)) return person;
    const next = this.goodClient.ledger.newPerson();
    this.#people[place] = next;
    return next;
  }

  #act(person: Person): Promise<string | undefined> {
    const { goodClient } = this;
    const live = person.sessions.filter(({ state }) => state === "live");
    const ending = person.sessions.find(({ state }) => state === "ending");
    const refreshing = live.find(({ isRefreshing }) => isRefreshing);
    const ended = pick(person.sessions.filter(({ state }) => state === "ended"));
    const [session, other] = [pick(live), live[0]];
    if (person.exists !== "yes") return goodClient.signUp(person);
    if (ending !== undefined) return goodClient.logOut(ending);
    if (refreshing !== undefined) return goodClient.refresh(refreshing);
    if (session === undefined || other === undefined) return goodClient.logIn(person);
    const dice = Math.random();
    if (dice < 0.15) return goodClient.logIn(person);
    if (dice < 0.27) return goodClient.logOut(session);
    if (dice < 0.4 && other !== session) return goodClient.revoke(session, other);
    if (dice < 0.5 && ended !== undefined) return goodClient.askMe(ended);
    return dice < 0.75 ? goodClient.refresh(session) : goodClient.askMe(session);
  }
}

function pick(sessions: readonly KnownSession[]): KnownSession | undefined {
  return sessions[Math.floor(Math.random() * sessions.length)];
}
