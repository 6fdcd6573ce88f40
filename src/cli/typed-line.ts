/** What a terminal in raw mode leaves to the program. */
const CTRL_C = "\x03";
const CTRL_D = "\x04";
const CTRL_U = "\x15";
const BACKSPACES = new Set(["\x7f", "\b"]);
const ESCAPE = "\x1b";

/** What cursor keys and the like send, and a bracketed paste begins and ends with: CSI and SS3 of ECMA-48. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const ESCAPE_SEQUENCE = /^\x1b(?:\[[0-?]*[ -/]*[@-~]|O[ -~])/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const BEGUN_ESCAPE_SEQUENCE = /^\x1b(?:\[[0-?]*[ -/]*|O)?$/;

export type TypedOutcome = { readonly line: string } | "cancelled";

/** A line as it is typed or pasted, key by key, and shown nowhere. */
export class TypedLine {
  #characters: string[] = [];
  #unread = "";

  /** @returns the line once it is complete; null until then. What follows it stays for the next line */
  type(keys: string): TypedOutcome | null {
    this.#unread += keys;
    while (this.#unread !== "") {
      if (BEGUN_ESCAPE_SEQUENCE.test(this.#unread)) return null;
      const key =
        ESCAPE_SEQUENCE.exec(this.#unread)?.[0] ?? String.fromCodePoint(this.#unread.codePointAt(0) ?? 0);
      this.#unread = this.#unread.slice(key.length);
      const outcome = this.#press(key);
      if (outcome !== null) return outcome;
    }
    return null;
  }

  #press(key: string): TypedOutcome | null {
    if (key === "\r" || key === "\n") return this.#complete(key);
    if (key === CTRL_C || (key === CTRL_D && this.#characters.length === 0)) return "cancelled";
    if (BACKSPACES.has(key)) this.#characters.pop();
    else if (key === CTRL_U) this.#characters = [];
    // Any other control character was meant for the terminal.
    else if (!key.startsWith(ESCAPE) && !/^\p{Cc}$/u.test(key)) this.#characters.push(key);
    return null;
  }

  #complete(key: string): TypedOutcome {
    // A pasted line may end in both.
    if (key === "\r" && this.#unread.startsWith("\n")) this.#unread = this.#unread.slice(1);
    const line = this.#characters.join("");
    this.#characters = [];
    return { line };
  }
}
