import { Tally } from "./figures.js";

/** A session as its client remembers it. */
export interface KnownSession {
  readonly id: string;
  /** The latest that were acknowledged. */
  accessToken: string;
  refreshToken: string;
  /** The answer to the latest refresh was lost or an error: it has to be asked again, and soon. */
  isRefreshing: boolean;
  /** "ending": its end was asked for, and the answer was lost or an error. Either is right until it is asked for again. */
  state: "live" | "ending" | "ended";
}

export interface Person {
  readonly email: string;
  /** "perhaps": the signup was sent, and the answer was lost or an error. */
  exists: "no" | "perhaps" | "yes";
  readonly sessions: KnownSession[];
  operations: number;
}

export type BrokenPromise = "signup lost" | "session lost" | "ending undone" | "unexpected answer";

/** What the clients were told, and where the server has gone back on it. */
export class Ledger {
  readonly people: Person[] = [];
  readonly acknowledged = new Tally();
  /** Answers that were none or an error, by code. */
  readonly errors = new Tally();
  /** Each once, however often it shows. */
  readonly #broken = new Map<BrokenPromise, Set<string>>();
  #touched = new Set<Person>();
  /** Which fault is being brought about: said with every breach. */
  scene = "";

  newPerson(): Person {
    const email = `person${this.people.length + 1}@example.org`;
    const person: Person = { email, exists: "no", sessions: [], operations: 0 };
    this.people.push(person);
    return person;
  }

  touch(person: Person): void {
    this.#touched.add(person);
  }

  /** Whoever did something since the last call: after a fault the first to be looked at. */
  takeTouched(): Person[] {
    const people = [...this.#touched];
    this.#touched = new Set();
    return people;
  }

  breach(promise: BrokenPromise, detail: string): void {
    this.#broken.set(promise, new Set(this.breaches(promise)).add(`${this.scene}${detail}`));
  }

  breaches(promise: BrokenPromise): readonly string[] {
    return [...(this.#broken.get(promise) ?? [])];
  }

  countSessions(state: KnownSession["state"]): number {
    return this.people.flatMap(({ sessions }) => sessions).filter((session) => session.state === state)
      .length;
  }

  get signups(): number {
    return this.people.filter(({ exists }) => exists === "yes").length;
  }
}
