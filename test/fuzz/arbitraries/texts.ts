import { NASTY_STRINGS } from "../../support/nasty-strings.js";
import { CANARY, MUTATIONS } from "../fuzz-case.js";
import type { Choices } from "./choices.js";

const SECRETS = ["access", "refresh", "device"] as const;

/** What forms get, from sensible to hopeless. */
const BY_NAME: Readonly<Record<string, (choices: Choices) => string>> = {
  email: chooseEmail,
  identifier: (choices) => choices.oneOf(["{{email}}", "{{email}}", "{{username}}", chooseEmail(choices)]),
  username: (choices) => choices.oneOf([`u${choices.below(10_000)}`, "{{username}}", "a..b", "ADMIN", "é"]),
  password: choosePassword,
  passwordConfirmation: choosePassword,
  code: (choices) => choices.oneOf([CANARY, "000000", "١٢٣٤٥٦"]),
  currentPassword: choosePassword,
  newPassword: choosePassword,
  newEmail: chooseEmail,
  ceremonyId: (choices) => {
    const name = choices.oneOf(["loginCeremony", "registrationCeremony", "access"]);
    return choices.once(3) ? `{{${name}:${choices.oneOf(MUTATIONS)}:${choices.below(1000)}}}` : `{{${name}}}`;
  },
  refreshToken: chooseToken,
  token: chooseToken,
  id: (choices) => choices.oneOf(["{{session}}", "00000000-0000-7000-8000-000000000000", "0"]),
  name: (choices) => choices.oneOf(["Ada", "Ada\u200b", "Ada\nLovelace"]),
  picture: (choices) =>
    choices.oneOf([
      "https://example.org/a.png",
      "http://a:b@example.org",
      "javascript:0",
      "https://ｅ.example",
    ]),
  phoneNumber: (choices) => choices.oneOf(["+1 (604) 555-1234;ext=5678", "030 1234", "+", "٠٣٠١٢٣"]),
  gender: (choices) => choices.oneOf(["female", "nicht-binär", "\u202e"]),
  locale: (choices) => choices.oneOf(["en", "pt-BR", "de-u-co-phonebk", "en_US", "x"]),
};

/** A string for an argument or field of that name. */
export function chooseText(choices: Choices, name: string): string {
  const sensible = BY_NAME[name];
  const isSecret = /password|token|code/i.test(name);
  if (sensible !== undefined && !choices.once(6)) return sensible(choices);
  const text = choices.some(NASTY_STRINGS, 3).join("");
  // Found again in no log, where it stood for a secret.
  return isSecret ? CANARY + text : text;
}

function chooseEmail(choices: Choices): string {
  const usual = `p${choices.below(10_000)}`;
  const local = choices.oneOf([usual, usual, usual, "ada", "a".repeat(65), "ﬁ.ß", '"a b"']);
  const hosts = [
    "example.org",
    "EXAMPLE.ORG",
    "bücher.example",
    "example.org",
    "xn--",
    "[127.0.0.1]",
    "x.".repeat(130),
  ];
  return choices.once(12) ? "{{email}}" : `${local}@${choices.oneOf(hosts)}`;
}

/** The right one, where it is asked for, half of the time. */
function choosePassword(choices: Choices): string {
  return choices.oneOf([
    "{{password}}",
    "{{password}}",
    `${CANARY} and more`,
    CANARY,
    `${CANARY}${"x".repeat(2000)}`,
  ]);
}

/** A real token, one that was, or something else altogether. */
export function chooseToken(choices: Choices): string {
  const name = choices.oneOf(SECRETS);
  if (!choices.once(2)) return `{{${name}}}`;
  if (choices.once(3)) return choices.oneOf([CANARY, `${CANARY}.${CANARY}.${CANARY}`, "..", ""]);
  return `{{${name}:${choices.oneOf(MUTATIONS)}:${choices.below(1000)}}}`;
}
