import { type Account, errorOf } from "../support/journeys.js";
import { addEvents, signedUpAdmin } from "../support/security-log.js";
import { TestApp } from "../support/test-app.js";

const FIELDS = "id type occurredAt";

const page = (args: string, below = FIELDS) => `securityEvents${args} { nodes { ${below} } }`;
const all = (args: string, below = FIELDS) => `{ ${page(args, below)} }`;
const ofUser = (args: string, below = FIELDS) => `user { ${page(args, below)} }`;
const mine = (args: string, below = FIELDS) => `{ me { ${page(args, below)} } }`;

const aliases = (count: number, field: string) =>
  Array.from({ length: count }, (_, i) => `a${i}: ${field}`).join(" ");

const HUNDRED_TIMES_HUNDRED = mine("(first: 100)", ofUser("(first: 100)"));

/** What asks for some more than 25,000 values, or for millions. */
const TOO_MANY: readonly (readonly [name: string, document: string, variables?: object])[] = [
  ["lists in lists", HUNDRED_TIMES_HUNDRED],
  ["lists in lists in lists", mine("(first: 100)", ofUser("(first: 100)", ofUser("(first: 100)")))],
  ["pages of the default size", all("", ofUser("", ofUser("", ofUser(""))))],
  ["pages from the end", mine("(last: 100)", ofUser("(last: 100)"))],
  ["small variables", `query ($n: Int) ${mine("(first: $n)", ofUser("(first: $n)"))}`, { n: 1 }],
  ["the default of a variable", `query ($n: Int = 1) ${mine("(first: $n)", ofUser("(last: $n)"))}`],
  ["first: null beside last", mine("(first: null, last: 100)", ofUser("(first: null, last: 100)"))],
  ["a size beyond the largest", mine("(first: 1000000)", ofUser("(first: 1000000)"))],
  [
    "a list beside it that subtracts",
    `{ me { a: ${page("(first: -2147483648)")} ${page("(first: 100)", ofUser("(first: 100)"))} } }`,
  ],
  [
    "edges",
    "{ me { securityEvents(first: 100) { edges { node { user { securityEvents(first: 100) { edges { cursor node { id } } } } } } } } }",
  ],
  [
    "nothing but pageInfo",
    mine(
      "(first: 100)",
      "user { securityEvents(first: 100) { pageInfo { hasNextPage hasPreviousPage endCursor } } }",
    ),
  ],
  [
    "look-ups for pages of none",
    mine("(first: 100)", ofUser("(first: 99)", `user { a: ${page("(first: 0)")} b: ${page("(first: 0)")} }`)),
  ],
  ["lists without pages", mine("(first: 100)", ofUser("(first: 10)", "user { sessions { id device } }"))],
  ["aliases", mine("(first: 100)", `user { ${aliases(25, page("(first: 4)"))} }`)],
  ["a field again and again", mine("(first: 100)", ofUser("(first: 10)", aliases(30, "device")))],
  ["__typename again and again", mine("(first: 100)", ofUser("(first: 10)", aliases(30, "__typename")))],
  [
    "aliases of the outer list",
    `{ me { ${aliases(10, page("(first: 10)", ofUser("(first: 99)")))}
      b: ${page("(first: 10)")} } }`,
  ],
  [
    "fragments",
    `{ me { ...Outer } } fragment Outer on User { securityEvents(first: 100) { ...Nodes } }
     fragment Nodes on SecurityEventConnection { nodes { user { ...Inner } } }
     fragment Inner on User { securityEvents(first: 100) { nodes { id type occurredAt } } }`,
  ],
  [
    "a fragment that is spread again and again",
    `{ me { a: securityEvents(first: 10) { nodes { user { ...F } } } b: securityEvents(first: 10) { nodes { user { ...F } } } } }
     fragment F on User { securityEvents(first: 50) { nodes { user { x: ${page("(first: 5)")} y: ${page("(first: 5)")} } } } }`,
  ],
  [
    "inline fragments",
    mine(
      "(first: 100)",
      "... { ... on SecurityEvent { user { ... on User { securityEvents(first: 100) { ... { nodes { id type occurredAt } } } } } } }",
    ),
  ],
  [
    "@include with a variable that leaves it out",
    `query ($no: Boolean!) ${mine("(first: 100)", `user { securityEvents(first: 100) @include(if: $no) { nodes { id type occurredAt } } }`)}`,
    { no: false },
  ],
  [
    "@skip",
    mine(
      "(first: 100)",
      "user @skip(if: true) { securityEvents(first: 100) { nodes { id type occurredAt } } }",
    ),
  ],
  ["the second of two operations", `query A { me { id } } query B ${HUNDRED_TIMES_HUNDRED}`],
  [
    "what a mutation answers with",
    `mutation { login(input: { identifier: "a", password: "b" }) {
      ... on AuthPayload { user { securityEvents(first: 100) { nodes { ${ofUser("(first: 100)")} } } } }
    } }`,
  ],
];

describe("the values that a document may ask for", () => {
  let app: TestApp;
  let admin: Account;

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await signedUpAdmin(app);
    await addEvents(app, Array(100).fill({ userId: admin.userId }));
  });

  test.each(TOO_MANY.map(([name, document, variables = {}]) => [name, document, { ...variables }] as const))(
    "40: %s are refused before anything is looked up",
    async (_name, query, variables) => {
      app.statements.length = 0;
      const answer = await app.graphql(query, { variables: { ...variables }, token: admin.accessToken });
      expect(answer.status).toBe(400);
      expect(answer.body.data).toBeUndefined();
      expect(answer.body.errors).toHaveLength(1);
      expect(errorOf(answer)).toEqual({ code: "BAD_REQUEST" });
      expect(answer.body.errors?.[0]?.message).toMatch(/^The document asks for too many values/);
      expect(app.statements).toEqual([]);
    },
  );

  test("40: fragments that spread each other in every order are refused at once", async () => {
    const names = Array.from({ length: 12 }, (_, i) => `F${i}`);
    const spreads = names.map((name) => `...${name}`).join(" ");
    const fragments = names.map((name) => `fragment ${name} on Query { ${spreads} }`).join(" ");
    const startedAt = performance.now();
    const { status } = await app.graphql(`{ ${spreads} } ${fragments}`);
    expect(status).toBe(400);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  test.each([
    ["a hundred with a hundred for each", mine("(first: 100)", ofUser("(first: 100)", "id"))],
    ["pages of the default size, three levels of them", mine("", ofUser("", ofUser("", "id")))],
    ["a hundred with their sessions", all("(first: 100)", "user { sessions { id } }")],
    [
      "nodes and edges of one page",
      `{ securityEvents(first: 100) { nodes { id type occurredAt } edges { node { id } } } }`,
    ],
    [
      "what is in lists that stay empty",
      all("(first: 0)", HUNDRED_TIMES_HUNDRED.slice(1, -1).replace("me", "user")),
    ],
  ])("40: %s are not too many", async (_name, query) => {
    const { body, status } = await app.graphql(query, { token: admin.accessToken });
    expect(status).toBe(200);
    expect(body.errors).toBeUndefined();
  });

  test("40: the largest that is allowed is answered within seconds", async () => {
    const startedAt = performance.now();
    const fields = "id type occurredAt ipAddress userAgent device user { id email } actor { id }";
    const query = mine("(first: 20)", ofUser("(first: 99)", fields));
    const { body } = await app.graphql(query, { token: admin.accessToken });
    expect(body.data.me.securityEvents.nodes[19].user.securityEvents.nodes).toHaveLength(99);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});
