import { randomBytes } from "node:crypto";
import type { Config } from "../../config/config.js";
import type { UnauthenticatedReason } from "../../lib/app-error.js";
import { type Clock, secondsToMs, toNumericDate } from "../../lib/clock.js";
import { remember } from "../../lib/remember.js";
import { isId } from "../../lib/uuid.js";
import type { Role } from "../user/user.types.js";
import { type JwtClaims, type JwtKey, signJwt, verifyJwt } from "./jwt.js";
import type { KeyRing } from "./key-ring.js";

/** `typ` of RFC 9068, so that no other token of ours is ever taken for an access token. */
const ACCESS_TOKEN_TYPE = "at+jwt";

/** How far ahead of ours the clock of the instance that issued a token may be. Expiry gets no leeway. */
const CLOCK_SKEW_SECONDS = 30;

export interface AccessTokenSubject {
  readonly userId: string;
  readonly sessionId: string;
  readonly role: Role;
  /** The token never outlives its session. */
  readonly sessionExpiresAt: Date;
}

/** What a valid bearer token says, or why it says nothing. */
export type BearerCredential =
  | { readonly valid: true; readonly userId: string; readonly sessionId: string }
  | InvalidCredential;

interface InvalidCredential {
  readonly valid: false;
  readonly reason: UnauthenticatedReason;
  /** Set where the key may be one that another instance has just made. */
  readonly tokenOfUnknownKey?: string;
}

interface VerifiedClaims {
  readonly kid: string;
  readonly sub: string;
  readonly sid: string;
  readonly exp: number;
}

/** About 10 MB. A signature costs more than all the rest of `me`, and a client sends the same token many times. */
const MAX_VERIFIED_TOKENS = 10_000;

/** Signs and verifies access tokens: JWTs by the profile of RFC 9068. */
export class AccessTokens {
  /**
   * What the signature and the claims of a token have shown stays true until it expires, as long as its key counts: one
   * that has leaked is deleted. Its session is looked up anew.
   */
  readonly #verified = new Map<string, VerifiedClaims>();

  constructor(
    private readonly config: Pick<Config, "publicUrl" | "jwtAudience" | "accessTokenSeconds">,
    private readonly keyRing: KeyRing,
    private readonly clock: Clock,
  ) {}

  issue(subject: AccessTokenSubject): { readonly token: string; readonly expiresAt: Date } {
    const issuedAt = toNumericDate(this.clock());
    const expiresAt = Math.min(
      issuedAt + this.config.accessTokenSeconds,
      toNumericDate(subject.sessionExpiresAt.getTime()),
    );
    const claims = {
      iss: this.config.publicUrl,
      aud: this.config.jwtAudience,
      sub: subject.userId,
      sid: subject.sessionId,
      jti: randomBytes(16).toString("base64url"),
      iat: issuedAt,
      exp: expiresAt,
      role: subject.role,
    };
    const token = signJwt(claims, this.keyRing.signingKey, ACCESS_TOKEN_TYPE);
    return { token, expiresAt: new Date(secondsToMs(expiresAt)) };
  }

  verify(token: string): BearerCredential {
    const remembered = this.#verified.get(token);
    if (remembered !== undefined && this.keyRing.holds(remembered.kid)) return this.#judgeByTime(remembered);
    let isKeyUnknown = false;
    const claims = this.#verifyAnew(token, (kid) => {
      const key = this.keyRing.findVerificationKey(kid);
      isKeyUnknown = key === undefined;
      return key;
    });
    if (claims !== null) return this.#judgeByTime(claims);
    const invalid = { valid: false, reason: "INVALID_TOKEN" } as const;
    return isKeyUnknown ? { ...invalid, tokenOfUnknownKey: token } : invalid;
  }

  /** A second look at a token whose key was not known, after asking the database for keys of other instances. */
  async recheck(credential: InvalidCredential): Promise<BearerCredential> {
    if (credential.tokenOfUnknownKey === undefined) return credential;
    await this.keyRing.lookForNewKeys();
    return this.verify(credential.tokenOfUnknownKey);
  }

  #judgeByTime({ sub, sid, exp }: VerifiedClaims): BearerCredential {
    if (this.clock() >= secondsToMs(exp)) return { valid: false, reason: "TOKEN_EXPIRED" };
    return { valid: true, userId: sub, sessionId: sid };
  }

  #verifyAnew(token: string, findKey: (kid: string) => JwtKey | undefined): VerifiedClaims | null {
    let kid = "";
    const findNamedKey = (named: string): JwtKey | undefined => {
      kid = named;
      return findKey(named);
    };
    const claims = verifyJwt(token, findNamedKey, ACCESS_TOKEN_TYPE);
    if (claims === null || !this.#areForUs(claims)) return null;
    const { sub, sid, exp } = claims;
    if (!isIdClaim(sub) || !isIdClaim(sid) || !isNumericDate(exp)) return null;
    // Only what verified gets in: garbage cannot crowd out anybody.
    remember(this.#verified, token, { kid, sub, sid, exp }, MAX_VERIFIED_TOKENS);
    return { kid, sub, sid, exp };
  }

  #areForUs({ iss, aud, jti, iat, nbf }: JwtClaims): boolean {
    const latest = toNumericDate(this.clock()) + CLOCK_SKEW_SECONDS;
    const isPastDate = (date: unknown): boolean => isNumericDate(date) && date <= latest;
    return (
      iss === this.config.publicUrl &&
      aud === this.config.jwtAudience &&
      typeof jti === "string" &&
      jti !== "" &&
      isPastDate(iat) &&
      (nbf === undefined || isPastDate(nbf))
    );
  }
}

function isNumericDate(claim: unknown): claim is number {
  return Number.isSafeInteger(claim);
}

function isIdClaim(claim: unknown): claim is string {
  return typeof claim === "string" && isId(claim);
}
