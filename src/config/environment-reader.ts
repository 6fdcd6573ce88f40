export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that is wrong with the environment, so that an operator mends it in one go. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(readonly faults: readonly string[]) {
    super(
      `Latchkey cannot start because the configuration is invalid:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`,
    );
  }
}

interface IntegerRange {
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Reads variables one by one and gathers the faults instead of throwing at the first. An empty variable counts
 * as unset, as compose files and CI systems write it. A fault never repeats a value: it may be a secret.
 */
export class EnvironmentReader {
  readonly faults: string[] = [];

  constructor(private readonly environment: Environment) {}

  optionalString(name: string): string | undefined {
    const value = this.environment[name];
    return value === "" ? undefined : value;
  }

  string(name: string, defaultValue: string): string {
    return this.optionalString(name) ?? defaultValue;
  }

  integer(name: string, range: IntegerRange): number {
    const text = this.optionalString(name);
    if (text === undefined) return range.default;
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= range.min && value <= range.max) return value;
    return this.fault(`${name} must be a whole number from ${range.min} to ${range.max}`, range.default);
  }

  boolean(name: string, defaultValue: boolean): boolean {
    const text = this.optionalString(name);
    if (text === undefined) return defaultValue;
    if (text === "true" || text === "false") return text === "true";
    return this.fault(`${name} must be true or false`, defaultValue);
  }

  oneOf<const Value extends string>(name: string, values: readonly Value[], defaultValue: Value): Value {
    const text = this.optionalString(name);
    if (text === undefined) return defaultValue;
    const value = values.find((candidate) => candidate === text);
    return value ?? this.fault(`${name} must be one of ${values.join(", ")}`, defaultValue);
  }

  /** An http(s) URL, without its trailing slash. */
  url(name: string, defaultValue: string): string {
    const text = this.optionalString(name);
    if (text === undefined) return defaultValue;
    const url = URL.parse(text);
    const isPlain =
      url !== null &&
      /^https?:\/\/\S+$/.test(text) &&
      url.search === "" &&
      url.hash === "" &&
      url.username === "" &&
      url.password === "";
    if (isPlain) return text.replace(/\/+$/, "");
    return this.fault(
      `${name} must be an http:// or https:// URL without query, fragment or credentials`,
      text,
    );
  }

  /** Exact origins, comma-separated: scheme, host and port, nothing more. */
  origins(name: string): readonly string[] {
    const texts = this.string(name, "")
      .split(",")
      .map((text) => text.trim())
      .filter((text) => text !== "");
    for (const text of texts) {
      if (text.includes("*") || URL.parse(text)?.origin !== text) {
        this.fault(
          `${name} must list exact origins such as https://app.example.org, without a path or "*"`,
          text,
        );
      }
    }
    return texts;
  }

  fault<Value>(message: string, fallback: Value): Value {
    if (!this.faults.includes(message)) this.faults.push(message);
    return fallback;
  }
}
