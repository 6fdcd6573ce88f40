import { readSettings } from "../settings.js";

/** The token under which it is injected. */
export const JWT_SECRET = Symbol("JWT_SECRET");

export const jwtSecret = readSettings().secret;
