import type { Config } from "../../config/config.js";

type SecretConfig = Pick<Config, "authSecret" | "authSecretPrevious" | "databaseUrl" | "smtpUrl">;

/** Shorter ones would blot out half of every line; and are no secrets. */
const MIN_LENGTH = 4;

/**
 * Blots every secret of the configuration out of a text. No check prints one by itself; but servers answer as they like,
 * and what they answer is printed.
 */
export function createRedaction(config: SecretConfig): (text: string) => string {
  const secrets = secretsOf(config)
    .filter((secret) => secret.length >= MIN_LENGTH)
    .sort((one, other) => other.length - one.length);
  return (text) => secrets.reduce((redacted, secret) => redacted.replaceAll(secret, "***"), text);
}

/** What a server has answered may also try to move the terminal's cursor. */
export const inOneLine = (text: string): string => text.replaceAll(/\s*\p{Cc}+\s*/gu, " ");

function secretsOf({
  authSecret,
  authSecretPrevious,
  databaseUrl,
  smtpUrl,
}: SecretConfig): readonly string[] {
  const urls = [databaseUrl, smtpUrl].flatMap((text) => URL.parse(text ?? "") ?? []);
  const passwords = urls.flatMap((url) => [url.password, url.searchParams.get("password") ?? ""]);
  const logins = urls.map(({ username, password }) => `\0${decode(username)}\0${decode(password)}`);
  return [
    ...[authSecret, authSecretPrevious].filter((secret) => secret !== undefined),
    ...passwords.flatMap((password) => [password, decode(password), inBase64(decode(password))]),
    // SASL PLAIN (RFC 4616), as an SMTP server may repeat it.
    ...logins.filter((login) => login !== "\0\0").map(inBase64),
  ];
}

const inBase64 = (text: string): string => Buffer.from(text).toString("base64");

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
