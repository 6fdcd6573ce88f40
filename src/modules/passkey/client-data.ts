/** "WRONG_ORIGIN": all else may be in order, and the configuration is not. */
export type ClientDataVerdict = "SOUND" | "WRONG_ORIGIN" | "REFUSED";

const UTF_8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Where the browser says that a ceremony took place (WebAuthn §5.8.1). A page in a frame of another's site is told apart by
 * `crossOrigin` and `topOrigin`: who sees such a page does not see whose it is (§13.4.9). The library looks at neither
 * of them in a registration, and lets `crossOrigin` alone pass in an authentication.
 *
 * @param clientDataJson in base64url
 */
export function judgeClientData(clientDataJson: string, origins: readonly string[]): ClientDataVerdict {
  const { crossOrigin = false, topOrigin, origin } = parse(clientDataJson);
  if (crossOrigin !== false || topOrigin !== undefined) return "REFUSED";
  if (typeof origin !== "string") return "REFUSED";
  return origins.includes(origin) ? "SOUND" : "WRONG_ORIGIN";
}

/** Without members where it is no object. */
function parse(clientDataJson: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(UTF_8.decode(Buffer.from(clientDataJson, "base64url")));
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
