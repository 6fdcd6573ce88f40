import { randomBytes } from "node:crypto";

/** The token under which it is injected. */
export const JWT_SECRET = Symbol("JWT_SECRET");

export const jwtSecret = randomBytes(32).toString("base64url");
