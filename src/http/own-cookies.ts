import { parseCookie, type SetCookie, stringifySetCookie } from "cookie";
import type { FastifyReply, FastifyRequest } from "fastify";

/** Whether any of our cookies is among those of a request, whatever its value. */
export function carriesOwnCookie(cookies: string): boolean {
  return /(^|;)\s*(__Host-)?latchkey-/.test(cookies);
}

type Lifetime = Required<Pick<SetCookie, "maxAge" | "sameSite">>;

/**
 * Our cookies, as a request brings them and its answer sets them: out of reach of scripts, and of other hosts where there
 * is TLS (`__Host-`, RFC 6265bis §4.1.3.2). What was set is what is read from then on.
 */
export class OwnCookies {
  readonly #set = new Map<string, { readonly value: string | null; readonly header: string }>();

  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
    private readonly isSecure: boolean,
  ) {}

  read(name: string): string | null {
    const known = this.#set.get(name);
    if (known !== undefined) return known.value;
    return parseCookie(this.request.headers.cookie ?? "")[this.#fullName(name)] ?? null;
  }

  /** @param lifetime `maxAge` in seconds */
  set(name: string, value: string, lifetime: Lifetime): void {
    this.#write(name, value, lifetime);
  }

  clear(name: string, { sameSite }: Pick<Lifetime, "sameSite">): void {
    this.#write(name, null, { sameSite, maxAge: 0 });
  }

  #write(name: string, value: string | null, lifetime: Lifetime): void {
    const header = stringifySetCookie({
      name: this.#fullName(name),
      value: value ?? "",
      path: "/",
      httpOnly: true,
      secure: this.isSecure,
      ...lifetime,
    });
    this.#set.set(name, { value, header });
    // Fastify would send each; where one request sets a cookie twice, the last is what counts.
    const headers = [...this.#set.values()].map(({ header }) => header);
    void this.reply.removeHeader("set-cookie").header("set-cookie", headers);
  }

  #fullName(name: string): string {
    return `${this.isSecure ? "__Host-" : ""}latchkey-${name}`;
  }
}
