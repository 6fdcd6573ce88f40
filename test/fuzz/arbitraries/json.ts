import type { Choices } from "./choices.js";
import { chooseText } from "./texts.js";

const PLAIN = [null, true, false, 0, -1, 1.5, 2 ** 53, -(2 ** 31) - 1, 1e308, "", "1"] as const;
const NAMES = [
  "query",
  "input",
  "email",
  "constructor",
  "toString",
  "__proto__",
  "prototype",
  "0",
  "",
  "ﬁ",
] as const;

/** Any value that JSON can carry, small ones first. */
export function chooseJson(choices: Choices, depth = 3): unknown {
  const kind = choices.below(depth > 0 ? 5 : 2);
  if (kind === 0) return choices.oneOf(PLAIN);
  if (kind === 1) return chooseText(choices, "");
  if (kind === 2) return choices.some(PLAIN, 4);
  if (kind === 3) return Array.from({ length: choices.below(4) }, () => chooseJson(choices, depth - 1));
  // From entries, so that __proto__ becomes a property like any other.
  return Object.fromEntries(
    choices.some(NAMES, 4).map((name) => [name, chooseJson(choices, depth - 1)] as const),
  );
}

/** Texts that parsers have stumbled over. */
export function chooseJsonText(choices: Choices): string {
  const deep = 10 ** choices.below(5);
  return choices.oneOf([
    JSON.stringify(chooseJson(choices)),
    `{"query":"{ __typename }","__proto__":{"isAdmin":true}}`,
    `{"constructor":{"prototype":{"x":1}},"query":"{ __typename }"}`,
    `{"query":"{ __typename }","query":"{ me { id } }"}`,
    "[".repeat(deep),
    "[".repeat(deep) + "]".repeat(deep),
    '{"a":'.repeat(deep),
    `{"query":"{ __typename }","variables":{"a":${"[".repeat(deep)}${"]".repeat(deep)}}}`,
    `{"query":"{ __typename }","variables":{"a":1e400,"b":-0,"c":123456789012345678901234567890}}`,
    `[{"query":"{ __typename }"},{"query":"{ me { id } }"}]`,
    "\ufeff{}",
    `{"query":"\\ud800"}`,
    "null",
    "0",
    '""',
    "",
    " ".repeat(deep),
    "NaN",
    "{'query':1}",
    "{}{}",
  ]);
}
