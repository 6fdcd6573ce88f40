import { TotpSetup } from "./mfa.types.js";

/** RFC 6238 as every authenticator app has it: many ignore what a URI says about anything else. */
const PARAMETERS = { algorithm: "SHA1", digits: 6, period: 30 } as const;

/** Clocks differ, and typing takes its time: the step before and the one after are accepted, too (RFC 6238 §5.2). */
const WINDOW_STEPS = 1;

/** As long as the output of the HMAC (RFC 4226 §4, R6). */
const SECRET_BYTES = 20;

/** Loaded at its first use: a start has better things to do. */
const loadOtpauth = () => import("otpauth");

/** @returns a new secret in base32 */
export async function createTotpSecret(): Promise<string> {
  const { Secret } = await loadOtpauth();
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** Whether it looks like a code of an app. */
export const isTotpCode = (code: string): boolean => /^[0-9]{6}$/.test(code);

/** @returns the time step that the code belongs to; null when it is that of none near `nowMs` */
export async function findTotpStep(secret: string, code: string, nowMs: number): Promise<number | null> {
  // The library compares bytes, and fails where six characters are more of them.
  if (!isTotpCode(code)) return null;
  const { Secret, TOTP } = await loadOtpauth();
  const at = { period: PARAMETERS.period, timestamp: nowMs };
  const key = { ...PARAMETERS, ...at, secret: Secret.fromBase32(secret) };
  const distance = TOTP.validate({ ...key, token: code, window: WINDOW_STEPS });
  return distance === null ? null : TOTP.counter(at) + distance;
}

/** The secret in all the forms in which it gets into an app. */
export async function describeTotpSetup(
  secret: string,
  { service, accountName }: { readonly service: string; readonly accountName: string },
): Promise<TotpSetup> {
  const [{ TOTP }, { renderSVG }] = await Promise.all([loadOtpauth(), import("uqr")]);
  // A colon ends the issuer, also an encoded one: "localhost:4000" would be cut in two.
  const issuer = service.replaceAll(":", " ");
  const uri = new TOTP({ ...PARAMETERS, secret, issuer, label: accountName }).toString();
  // With the quiet zone of four modules that ISO/IEC 18004 asks for.
  const svg = renderSVG(uri, { border: 4, pixelSize: 1 });
  return new TotpSetup({ secret, uri, qrCode: `data:image/svg+xml,${encodeURIComponent(svg)}` });
}
