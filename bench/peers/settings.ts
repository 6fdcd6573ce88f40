/** Of every account there is before the first request. */
export const PASSWORD = "correct horse battery staple";
/** Longer than any run: what is measured is no client's renewal by accident. */
export const ACCESS_TOKEN_SECONDS = 86_400;
export const SESSION_MS = 30 * 86_400_000;

export type DatabaseSettings =
  | { readonly kind: "sqlite"; readonly file: string }
  | { readonly kind: "postgresql"; readonly url: string };

export interface Settings {
  readonly database: DatabaseSettings;
  readonly secret: string;
  /** How many accounts there are to be, each with a session. */
  readonly users: number;
}

/** @throws where DATABASE_URL is neither `sqlite:<file>` nor `postgresql://…` */
export function readSettings(): Settings {
  return {
    database: readDatabase(process.env.DATABASE_URL ?? ""),
    secret: process.env.AUTH_SECRET ?? "",
    users: Number(process.env.BENCH_USERS ?? 0),
  };
}

function readDatabase(url: string): DatabaseSettings {
  if (url.startsWith("sqlite:")) return { kind: "sqlite", file: url.slice("sqlite:".length) };
  if (/^postgres(?:ql)?:/.test(url)) return { kind: "postgresql", url };
  throw new Error(`DATABASE_URL must be sqlite:<file> or postgresql://…, not '${url}'`);
}
