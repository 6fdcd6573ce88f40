import type { GraphQLSchema } from "graphql";
import { NASTY_STRINGS } from "../../support/nasty-strings.js";
import type { Choices } from "./choices.js";
import { chooseOperation, type Operation } from "./document.js";

const TOKEN = /"""[\s\S]*?"""|"(?:[^"\\]|\\.)*"|\.\.\.|\w+|[^\w\s]/g;

const JUNK = [
  ...'{ } ( ) [ ] ... $ @ ! : = | & " """ # 1e400 -0 00 1. 0x1 1a $v0'.split(" "),
  ..."null true on fragment query subscription schema nothing __typename __proto__ constructor".split(" "),
  ...["\u0000", "\ud800", "\ufeff", "9".repeat(400), "@skip(if: $no)"],
  ...["\\u{110000}", '"\\ud800"', '"\\u{1F989}"'],
];

/** A valid document with a few of its tokens dropped, doubled, swapped or replaced. */
export function chooseMutatedOperation(choices: Choices, schema: GraphQLSchema): Operation {
  const { query, variables } = chooseOperation(choices, schema);
  const tokens: string[] = query.match(TOKEN) ?? [];
  for (let edits = 1 + choices.below(4); edits > 0; edits--) {
    const at = choices.below(tokens.length + 1);
    const [one = "", two = ""] = tokens.slice(at, at + 2);
    const replacement = choices.oneOf([
      [],
      [one, one],
      [two, one],
      [choices.oneOf(JUNK)],
      [choices.oneOf(NASTY_STRINGS)],
    ]);
    tokens.splice(at, replacement.length === 2 ? 2 : 1, ...replacement);
  }
  return { query: tokens.join(" "), variables };
}

/** Documents that are small to send and dear to read, or that no generator of valid ones would think of. */
export function chooseShapedOperation(choices: Choices): Operation {
  const count = choices.oneOf([3, 10, 30, 100, 1000, 4000, 16_000]);
  const shapes: readonly (() => string)[] = [
    () => "{a".repeat(count) + "}".repeat(count),
    () => `{ me ${"{ id ".repeat(count)} ${"}".repeat(count)} }`,
    () => `{ ${repeat(count, (i) => `a${i}: __typename`)} }`,
    () => `{ ${repeat(count, (i) => `a${i}: authSettings { signupEnabled }`)} }`,
    () => `{ ${repeat(count, () => "__typename")} }`,
    () => `{ ${repeat(count, (i) => `b${i % 3}: me { id }`)} }`,
    () => `mutation { ${repeat(Math.min(count, 30), (i) => `l${i}: logout(refreshToken: "${i}")`)} }`,
    () => `mutation { ${repeat(2 + (count % 4), (i) => `l${i}: ${LOGIN_FIELD}`)} }`,
    () => `{ ...F } fragment F on Query { ...F }`,
    () => `{ ...F0 } ${repeat(count, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)}`,
    () => `{ ...F0 } ${repeat(count, (i) => `fragment F${i} on Query { ...F${(i + 1) % count} }`)}`,
    () => `{ __typename ${repeat(count, () => "@skip(if: false)")} }`,
    () => `{ __typename ${repeat(count, (i) => `@d${i}`)} }`,
    () => `query (${repeat(count, (i) => `$v${i}: Int = ${i}`)}) { __typename }`,
    () => `query ($a: ${"[".repeat(count)}Int${"]".repeat(count)}) { __typename }`,
    () => `mutation { logout(refreshToken: ${"[".repeat(count)}1${"]".repeat(count)}) }`,
    () => `mutation { logout(refreshToken: ${"{a:".repeat(count)}1${"}".repeat(count)}) }`,
    () =>
      `{ __schema { types ${"{ fields { type ".repeat(count % 7)} { name } ${"} }".repeat(count % 7)} } }`,
    () =>
      `{ __type(name: "User") ${"{ ofType ".repeat(Math.min(count, 100))} { name } ${"}".repeat(Math.min(count, 100))} }`,
    () => repeat(count, (i) => `query Q${i} { __typename }`),
    () => "subscription { me { id } }",
    () => "type Query { a: Int } extend schema { query: Query } query { __typename }",
    () => `"""${"\n ".repeat(count)}"""`,
    () => `# ${"x".repeat(count)}\n{ __typename }`,
    () => `\ufeff{ __typename }`,
    () => `${",".repeat(count)}{ __typename }`,
    () => "",
    () => " ",
  ];
  return { query: choices.oneOf(shapes)(), variables: {} };
}

const LOGIN_FIELD = `login(input: { identifier: "ada@example.org", password: "wrong" }) { __typename }`;

function repeat(count: number, write: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => write(index)).join(" ");
}
