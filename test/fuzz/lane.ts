import fc from "fast-check";
import type { Exchange, Secrets } from "./exchange.js";
import { describeCase, type FuzzCase } from "./fuzz-case.js";
import type { Gate } from "./gate.js";
import { findFaults } from "./judge.js";
import type { Statistics } from "./statistics.js";
import type { Target } from "./target.js";

const MAX_ANSWER_MS = 1000;
const CASES_PER_SESSION = 10;
/** How often a doubtful case is sent again, alone, before it is held guilty: each time it must look the same. */
const TRIALS = 2;
/** Far more than they take. Shrinking a case that costs seconds would go on for ever. */
const PATIENCE_MS_PER_CASE = 100;

/** What all lanes share. */
export interface Track {
  readonly target: Target;
  readonly exchange: Exchange;
  readonly gate: Gate;
  readonly statistics: Statistics;
  readonly cases: fc.Arbitrary<FuzzCase>;
  /** The lane that has found something; the others let it shrink in peace. */
  finder: Lane | undefined;
}

/** Cases one after the other, with an account of its own. */
export class Lane {
  #secrets: Secrets = {};
  #count = 0;

  constructor(
    private readonly track: Track,
    private readonly name: string,
  ) {}

  /**
   * Sends cases until one has a fault, which it then shrinks.
   *
   * @returns what was found, in words
   */
  async run(numRuns: number, seed: number): Promise<string | null> {
    this.#secrets = await this.track.target.signUp(this.name);
    const property = fc.asyncProperty(this.track.cases, async (fuzzCase) => {
      if (this.track.finder !== undefined && this.track.finder !== this) return;
      await this.#renewSession();
      const faults = await this.#judge(fuzzCase);
      if (faults.length === 0) return;
      this.track.finder ??= this;
      throw new Error(faults.join("; "));
    });
    const patienceMs = Math.max(60_000, numRuns * PATIENCE_MS_PER_CASE);
    const details = await fc.check(property, { numRuns, seed, interruptAfterTimeLimit: patienceMs });
    if (!details.failed) return details.interrupted ? `${this.name} was not done in time` : null;
    const { message } = details.errorInstance as Error;
    const [counterexample] = details.counterexample ?? [];
    return `${message}\n  shrunk ${details.numShrinks} times to ${counterexample && describeCase(counterexample)}`;
  }

  /** A case may have ended the session before, given the account another password, or deleted it. */
  async #renewSession(): Promise<void> {
    const { target, gate } = this.track;
    this.#count += 1;
    if (this.#count % CASES_PER_SESSION !== 0) return;
    const comeIn = async () => {
      const signUp = () => target.signUp(`${this.name}${this.#count}`);
      this.#secrets = await target.logIn(this.#secrets).catch(signUp);
    };
    await gate.together(comeIn).catch(() => gate.alone(() => target.revive().then(comeIn)));
  }

  async #judge(fuzzCase: FuzzCase): Promise<string[]> {
    const { gate, target, statistics } = this.track;
    const { faults, doubts } = await gate.together(() => this.#observe(fuzzCase));
    if (faults.length > 0 || doubts.length === 0) return faults;
    // What is not in the answer may be another lane's doing.
    return gate.alone(async () => {
      let confirmed: string[] = [];
      for (let trial = 0; trial < TRIALS; trial++) {
        await target.revive();
        const again = await this.#observe(fuzzCase);
        confirmed = [...again.faults, ...again.doubts];
        if (confirmed.length === 0) break;
      }
      await target.revive();
      if (confirmed.length === 0) statistics.cleared.push(doubts.join("; "));
      return confirmed;
    });
  }

  async #observe(fuzzCase: FuzzCase): Promise<{ faults: string[]; doubts: string[] }> {
    const { exchange, target, statistics } = this.track;
    const logged = target.readLogFaults().length;
    try {
      const answer = await exchange.send(fuzzCase, this.#secrets);
      statistics.count(fuzzCase, answer);
      const isSlow = answer.ms > MAX_ANSWER_MS;
      return {
        faults: findFaults(fuzzCase, answer),
        doubts: [
          ...(isSlow ? [`an answer after ${Math.round(answer.ms)} ms`] : []),
          ...target.readLogFaults().slice(logged),
        ],
      };
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      return { faults: [], doubts: [`no answer: ${code ?? message}`] };
    }
  }
}
