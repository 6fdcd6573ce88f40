/**
 * What a client sends, in plain data, so that it can be shrunk, printed and sent again. Where a text has `{{access}}` or the
 * like, the secrets of the moment are put in: a case must mean the same when it is replayed against another server.
 */
export type FuzzCase = HttpCase | RawCase;

export type Header = readonly [name: string, value: string];

/** Well-formed HTTP, over a connection that is kept. */
export interface HttpCase {
  readonly kind: "http";
  readonly method: string;
  readonly path: string;
  readonly headers: readonly Header[];
  readonly body: string;
  readonly encoding: BodyEncoding;
}

export type BodyEncoding = "utf8" | "latin1" | "utf16le";

/** Anything at all, over a connection of its own. */
export interface RawCase {
  readonly kind: "raw";
  /** One character for each byte. */
  readonly bytes: string;
}

/** Stands in every generated password and token: it may get into no log, and back only to where it was sent. */
export const CANARY = "canary-5f1c9ab7";

const SECRET = /\{\{(\w+)(?::(\w+):(\d+))?\}\}/g;

/** Puts the secrets in, mutated where the text says so: `{{access:flip:17}}`. */
export function fillIn(text: string, secrets: Readonly<Record<string, string>>): string {
  return text.replace(SECRET, (whole, name: string, mutation: string | undefined, place: string) => {
    const secret = secrets[name];
    if (secret === undefined) return whole;
    return mutation === undefined ? secret : mutate(secret, mutation, Number(place) % (secret.length || 1));
  });
}

export const MUTATIONS = ["flip", "cut", "insert", "repeat", "swap"] as const;

function mutate(secret: string, mutation: string, at: number): string {
  const [head, tail] = [secret.slice(0, at), secret.slice(at)];
  if (mutation === "flip") return `${head}${tail.startsWith("A") ? "B" : "A"}${tail.slice(1)}`;
  if (mutation === "cut") return head;
  if (mutation === "insert") return `${head}.${tail}`;
  if (mutation === "repeat") return `${secret}${tail}`;
  return `${tail}${head}`;
}

/** As it is shown to whoever has to find the fault: long bodies in the middle left out. */
export function describeCase(fuzzCase: FuzzCase): string {
  const SHOWN = 6000;
  const text = JSON.stringify(fuzzCase, null, 2);
  if (text.length <= SHOWN) return text;
  return `${text.slice(0, SHOWN / 2)}\n … ${text.length - SHOWN} characters …\n${text.slice(-SHOWN / 2)}`;
}
