import { createHash, randomBytes } from "node:crypto";
import jwt from "jsonwebtoken";
import { ACCESS_TOKEN_SECONDS } from "../settings.js";
import type { OpenSession } from "./store.js";

const BEARER = "Bearer ";

export const makeRefreshToken = (): string => randomBytes(32).toString("base64url");

/** A token is random enough to need no salt and no slow hash. */
export const hashToken = (token: string): string => createHash("sha256").update(token).digest("hex");

export class Tokens {
  constructor(private readonly secret: Buffer) {}

  sign({ id, userId }: OpenSession): string {
    return jwt.sign({ sub: userId, sid: id }, this.secret, {
      algorithm: "HS256",
      expiresIn: ACCESS_TOKEN_SECONDS,
    });
  }

  /** Undefined for whatever is no valid bearer token. */
  readSessionId(authorization: string | undefined): string | undefined {
    if (authorization?.startsWith(BEARER) !== true) return undefined;
    try {
      const claims = jwt.verify(authorization.slice(BEARER.length), this.secret, { algorithms: ["HS256"] });
      return typeof claims === "string" ? undefined : claims.sid;
    } catch {
      return undefined;
    }
  }
}
