import { betterAuth, betterAuthArgon2, betterAuthCookieCache, betterAuthRefresh } from "./better-auth.js";
import type { Candidate } from "./candidate.js";
import { express, expressSimd } from "./express.js";
import { latchkey } from "./latchkey.js";
import { nestjs, nestjsSimd } from "./nestjs.js";
import { nodeHttp } from "./node-http.js";

export const LATCHKEY = latchkey.name;

interface Entrant {
  readonly candidate: Candidate;
  /** Where it has something to say; in all scenarios otherwise. */
  readonly scenarios?: readonly string[];
}

/** What differs in nothing but the hash. */
const HASHING = ["login", "signup", "saturation"];

const ENTRANTS: readonly Entrant[] = [
  { candidate: latchkey },
  { candidate: betterAuth },
  { candidate: betterAuthArgon2, scenarios: HASHING },
  { candidate: betterAuthRefresh, scenarios: ["refresh"] },
  { candidate: betterAuthCookieCache, scenarios: ["me"] },
  { candidate: nestjs },
  { candidate: nestjsSimd, scenarios: ["login"] },
  { candidate: express },
  { candidate: expressSimd, scenarios: ["login"] },
  { candidate: nodeHttp, scenarios: ["me"] },
];

/** Who takes part, in the order of the tables. */
export const CANDIDATES: readonly Candidate[] = ENTRANTS.map(({ candidate }) => candidate);

export function takesPart(name: string, scenario: string): boolean {
  const entrant = ENTRANTS.find(({ candidate }) => candidate.name === name);
  return entrant !== undefined && (entrant.scenarios?.includes(scenario) ?? true);
}
