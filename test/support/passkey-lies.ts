import { randomBytes } from "node:crypto";
import type { Tampering } from "./authenticator.js";

export const WRONG_ORIGIN = /^Passkeys of this server do not work on pages of this origin/;
export const REFUSED = /^The passkey could not be verified\.$/;

interface Lie {
  readonly name: string;
  readonly lie: Tampering;
  readonly message: RegExp;
}

const lie = (name: string, tampering: Tampering, message = REFUSED): Lie => ({
  name,
  lie: tampering,
  message,
});

const atOrigin = (origin: string) => lie(`the origin ${JSON.stringify(origin)}`, { origin }, WRONG_ORIGIN);

/** What no ceremony at http://latchkey.test may pass with, be it the first or the hundredth (WebAuthn §7.1, §7.2). */
export const LIES: readonly Lie[] = [
  lie("a challenge that nobody gave", { challenge: randomBytes(32).toString("base64url") }),
  lie("an empty challenge", { challenge: "" }),
  atOrigin("https://evil.example"),
  atOrigin("https://latchkey.test"),
  atOrigin("http://latchkey.test:8080"),
  atOrigin("http://latchkey.test.evil.example"),
  atOrigin("http://sub.latchkey.test"),
  atOrigin("http://latchkey.test/"),
  atOrigin("HTTP://LATCHKEY.TEST"),
  atOrigin("null"),
  atOrigin(""),
  lie("the RP ID of another", { rpId: "evil.example" }),
  lie("an RP ID above ours", { rpId: "test" }),
  lie("no type", { type: "" }),
  lie("the type of a payment", { type: "payment.get" }),
  lie("a page in a frame of another site", { crossOrigin: true }),
  lie("a page in a frame, and around it ours", { crossOrigin: true, topOrigin: "http://latchkey.test" }),
  lie("a page around it without a frame", { topOrigin: "https://evil.example" }),
  lie("an empty page around it", { topOrigin: "" }),
  lie("nobody present", { flags: { userPresent: false } }),
  lie("a person of whom nothing was made sure", { flags: { userVerified: false } }),
  lie("neither", { flags: { userPresent: false, userVerified: false } }),
  lie("a copy of a key that cannot be copied", { flags: { backupEligible: false, backedUp: true } }),
];
