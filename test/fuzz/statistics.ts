import { describeTimes, Tally } from "../faults/figures.js";
import type { Answer } from "./exchange.js";
import type { FuzzCase } from "./fuzz-case.js";

/** What the cases met, as a person wants to see it: a program that never gets past the door has tested the door. */
export class Statistics {
  /** What looked like a fault and did not come again with the same case sent alone. */
  readonly cleared: string[] = [];
  readonly classes = new Tally();
  readonly codes = new Tally();
  readonly results = new Tally();
  #cases = 0;
  #slowest: { readonly fuzzCase: FuzzCase; readonly ms: number } | undefined;
  readonly #times: number[] = [];

  count(fuzzCase: FuzzCase, { statuses, text, ms }: Answer): void {
    this.#cases += 1;
    this.#times.push(ms);
    if (ms > (this.#slowest?.ms ?? 0)) this.#slowest = { fuzzCase, ms };
    if (statuses.length === 0) this.classes.add("closed without a word");
    for (const status of statuses) this.classes.add(status < 300 ? String(status) : `${String(status)[0]}xx`);
    for (const [, code = ""] of text.matchAll(/"code":"([A-Z_]+)"/g)) this.codes.add(code);
    for (const [, type = ""] of text.matchAll(/"__typename":"(\w+)"/g)) this.results.add(type);
  }

  /** "10,000 cases: 5,123 answered 200, …" */
  describe(): string {
    const count = (name: string) => this.classes.of(name).toLocaleString("en");
    const cases = this.#cases.toLocaleString("en");
    return `${cases} cases: ${count("200")} answered 200, ${count("4xx")} 4xx, ${count("5xx")} 5xx, ${describeTimes(this.#times)}`;
  }

  describeSlowest(): string {
    const SHOWN = 300;
    return this.#slowest === undefined ? "none" : JSON.stringify(this.#slowest.fuzzCase).slice(0, SHOWN);
  }
}
