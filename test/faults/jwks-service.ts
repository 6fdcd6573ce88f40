import { createPublicKey, type KeyObject, verify, type webcrypto } from "node:crypto";
import { Tally } from "./figures.js";
import type { IssuedToken } from "./visitors.js";

interface ServiceOptions {
  /** Of our servers: it asks one of them, as through a load balancer. */
  readonly urls: readonly string[];
  readonly clock: () => number;
  /** Below 1 for the first fetch, so that several services do not fetch at the same moments. */
  readonly firstShare: number;
}

/**
 * Somebody else's service that verifies our access tokens with nothing but the JWKS, and keeps that for all of its
 * max-age: a key that is not in there makes it refuse the token.
 */
export class JwksService {
  readonly verdicts = new Tally();
  readonly unknownKeys: string[] = [];
  #keys = new Map<string, KeyObject>();
  #freshUntil = Number.NEGATIVE_INFINITY;
  #fetching: Promise<void> | undefined;
  #fetches = 0;

  constructor(private readonly options: ServiceOptions) {}

  async verify({ token, expiresAt }: IssuedToken): Promise<void> {
    if (this.options.clock() >= this.#freshUntil) await this.#refetch();
    // It may have expired meanwhile; then it is refused for that.
    if (this.options.clock() >= expiresAt) return;
    const [header = "", payload = "", signature = ""] = token.split(".");
    const { kid } = JSON.parse(Buffer.from(header, "base64url").toString());
    const key = this.#keys.get(kid);
    if (key === undefined) this.unknownKeys.push(`${kid}, of ${[...this.#keys.keys()].join(" ")}`);
    const isGood =
      key !== undefined &&
      verify(
        "sha256",
        Buffer.from(`${header}.${payload}`),
        { key, dsaEncoding: "ieee-p1363" },
        Buffer.from(signature, "base64url"),
      );
    this.verdicts.add(key === undefined ? "unknown key" : isGood ? "verified" : "wrong signature");
  }

  #refetch(): Promise<void> {
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetch(): Promise<void> {
    const url = this.options.urls[this.#fetches % this.options.urls.length];
    const response = await fetch(`${url}/.well-known/jwks.json`);
    const { keys } = (await response.json()) as { keys: (webcrypto.JsonWebKey & { kid: string })[] };
    const [, maxAge] = /max-age=(\d+)/.exec(response.headers.get("cache-control") ?? "") ?? [];
    const share = this.#fetches === 0 ? this.options.firstShare : 1;
    this.#keys = new Map(keys.map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: "jwk" })]));
    this.#freshUntil = this.options.clock() + Number(maxAge) * 1000 * share;
    this.#fetches += 1;
  }
}
