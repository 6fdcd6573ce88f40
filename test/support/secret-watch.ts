const TOKEN = /eyJ[\w-]{10,}\.[\w-]+\.[\w-]+/g;
const SECRET_ARGUMENT = /(?:password|token|code|secret|email|identifier)\w*: "((?:[^"\\]|\\.)*)"/gi;
/** Shown once: the secret of an authenticator app and recovery codes. */
const SHOWN_ONCE = /"secret":"([A-Z2-7]{16,})"|\b((?:[0-9a-z]{4}-){5}[0-9a-z]{4})\b/g;
const SECRET_NAME = /password|token|code|secret|email|identifier/i;

/** Shorter ones are words that a log may well contain. */
const MIN_LENGTH = 10;

/** Remembers what must never show in a log: what clients send as a secret, and every token that servers answer. */
export class SecretWatch {
  readonly #secrets = new Set<string>();

  constructor(...secrets: readonly string[]) {
    for (const secret of secrets) this.#remember(secret);
  }

  /** Anything that went over the wire: tokens are known by their looks, the rest by its name. */
  see(text: string): void {
    for (const [token] of text.matchAll(TOKEN)) {
      this.#remember(token);
      this.#remember(token.split(".")[2] ?? "");
    }
    for (const [, value = ""] of text.matchAll(SECRET_ARGUMENT)) this.#remember(value);
    for (const [, secret, code] of text.matchAll(SHOWN_ONCE)) this.#remember(secret ?? code ?? "");
  }

  /** The variables of an operation, at any depth. */
  seeVariables(variables: unknown, name = ""): void {
    if (typeof variables === "string" && SECRET_NAME.test(name)) this.#remember(variables);
    if (typeof variables !== "object" || variables === null) return;
    for (const [key, value] of Object.entries(variables)) this.seeVariables(value, key);
  }

  /** The lines with a secret in them. */
  findIn(lines: readonly string[]): readonly string[] {
    return lines.filter((line) => [...this.#secrets].some((secret) => line.includes(secret)));
  }

  /** As a line of JSON would have it. */
  #remember(secret: string): void {
    const written = JSON.stringify(secret).slice(1, -1);
    if (written.length >= MIN_LENGTH) this.#secrets.add(written);
  }
}
