import { jest } from "@jest/globals";
import { getIntrospectionQuery } from "graphql";
import { describeClientError } from "../../src/graphql/client-error-message.js";
import { DocumentStore } from "../../src/graphql/document-store.js";
import { User } from "../../src/modules/user/user.entity.js";
import { errorOf, LOGIN, ME, newEmail, PASSWORD, signedUp } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";

const times = (count: number, text: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join(" ");

/** Documents that an honest client would not send, each beyond one limit. */
const EXCESSES: readonly (readonly [name: string, document: string, complaint: RegExp])[] = [
  ["13 levels", `{ ${"me { ".repeat(12)} id ${"}".repeat(12)} }`, /nested too deeply/],
  ["600 levels", `{ ${"me { ".repeat(600)} id ${"}".repeat(600)} }`, /nested too deeply/],
  [
    "600 levels of introspection",
    `{ ${"__schema { ".repeat(600)} id ${"}".repeat(600)} }`,
    /nested too deeply/,
  ],
  [
    "levels hidden in inline fragments",
    `{ ${"... { me { ".repeat(12)} id ${"} }".repeat(12)} }`,
    /nested too deeply/,
  ],
  [
    "levels hidden in fragments",
    `{ ...F0 } ${times(12, (i) => `fragment F${i} on Query { me { ...F${i + 1} } }`)} fragment F12 on Query { me { id } }`,
    /nested too deeply/,
  ],
  ["31 aliases", `{ ${times(31, (i) => `a${i}: authSettings { signupEnabled }`)} }`, /too many aliases/],
  ["31 aliases of __typename", `{ ${times(31, (i) => `a${i}: __typename`)} }`, /too many aliases/],
  [
    "aliases multiplied by fragments",
    `{ ${times(8, (i) => `... on Query { b${i}: authSettings { ...F } }`)} }
     fragment F on AuthSettings { ${times(4, (i) => `a${i}: signupEnabled`)} }`,
    /too many aliases/,
  ],
  [
    "fragments that double thirty times",
    `{ ...F0 } ${times(30, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)}
     fragment F30 on Query { a: __typename }`,
    /too many aliases/,
  ],
  ["401 fields", `{ ${times(401, () => "__typename")} }`, /too many fields/],
  [
    "fields in a fragment that nobody uses",
    `{ __typename } fragment F on Query { ${times(401, () => "__typename")} }`,
    /too many fields/,
  ],
  [
    "51 fields with arguments",
    `mutation { ${times(51, () => 'revokeSession(id: "x")')} }`,
    /too many fields with arg/,
  ],
  [
    "fields in the first of two fragments of one name",
    `{ ...F } fragment F on Query { ${times(401, () => "__typename")} } fragment F on Query { __typename }`,
    /too many fields/,
  ],
  [
    "fields that each operation has to compare with those of a fragment",
    `${times(45, (i) => `query q${i} { me { ${times(20, () => "id")} ...F } }`)} fragment F on User { ${times(375, () => "id")} }`,
    /repeats its fields/,
  ],
  ["51 directives", `{ __typename ${times(51, () => "@include(if: true)")} }`, /too many directives/],
  [
    "51 directives on variables",
    `query (${times(51, (i) => `$v${i}: Int @a`)}) { __typename }`,
    /too many directives/,
  ],
  ["2,001 tokens", `{ ${times(1999, () => "id")} }`, /^The document is too long: 2000 tokens are allowed\.$/],
  ["nested lists", `{ a(b: ${"[".repeat(2500)}`, /too long: 2000 tokens|nested too deeply/],
];

describe("limits of a document", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  test.each(EXCESSES)(
    "40: %s are refused with a 4xx and one complaint",
    async (_name, document, complaint) => {
      const answer = await app.graphql(document);
      expect(answer.status).toBe(400);
      expect(answer.body.data).toBeUndefined();
      expect(answer.body.errors).toHaveLength(1);
      expect(answer.body.errors?.[0]?.message).toMatch(complaint);
      expect(errorOf(answer)?.code).toBe("BAD_REQUEST");
      const headers = { accept: "application/json" };
      expect((await app.graphql(document, { headers })).status).toBe(400);
    },
  );

  test("40: fragments that spread each other in circles, many times over, are refused at once", async () => {
    const circle = "fragment A on Query { ...B ...B ...B } fragment B on Query { ...A ...A ...A }";
    const { status, body } = await app.graphql(`{ ...A } ${circle}`);
    expect(status).toBe(400);
    expect(body.errors?.[0]?.message).toMatch(/Cannot spread fragment/);
  });

  test("40: a flood of them is refused in no time, and does not disturb who asks who they are", async () => {
    const { accessToken } = await signedUp(app);
    const timed = async (
      query: string,
      token?: string,
    ): Promise<readonly [status: number, durationMs: number]> => {
      const startedAt = performance.now();
      const { status } = await app.graphql(query, token === undefined ? {} : { token });
      return [status, performance.now() - startedAt];
    };
    const refusals: (readonly [number, number])[] = [];
    const looks: (readonly [number, number])[] = [];
    const flood = async (lane: number): Promise<void> => {
      // Each is new to the server: nothing that was parsed before helps.
      for (let round = 0; round < 5; round++) {
        for (const [, document] of EXCESSES) refusals.push(await timed(`${document} #${lane} ${round}`));
      }
    };
    const lanes = Promise.all([0, 1, 2].map(flood));
    let isOver = false;
    const bystander = (async () => {
      while (!isOver) looks.push(await timed(ME, accessToken));
    })();
    await lanes;
    isOver = true;
    await bystander;
    const medianMs = (answers: typeof looks) =>
      answers.map(([, durationMs]) => durationMs).sort((a, b) => a - b)[answers.length >> 1];
    expect(new Set(refusals.map(([status]) => status))).toEqual(new Set([400]));
    expect(new Set(looks.map(([status]) => status))).toEqual(new Set([200]));
    expect(medianMs(refusals)).toBeLessThan(100);
    expect(medianMs(looks)).toBeLessThan(100);
  });

  test("40: the limits hold before any resolver runs", async () => {
    const email = newEmail();
    const signup = `signup(input: { email: "${email}", password: "${PASSWORD}" }) { __typename }`;
    const { status } = await app.graphql(`mutation { ${signup} ${times(31, (i) => `a${i}: __typename`)} }`);
    expect(status).toBe(400);
    expect(await app.orm.em.fork().count(User, { email })).toBe(0);
  });

  test("40: what is within the limits passes, the introspection query as well", async () => {
    const documents = [
      `{ ${times(30, (i) => `a${i}: __typename`)} }`,
      `{ ${times(400, () => "__typename")} }`,
      `{ __typename ${times(50, () => "@include(if: true)")
        .replaceAll(") @", ") ... @")
        .replaceAll("... @include(if: true)", "... @include(if: true) { __typename }")} }`,
      getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true, specifiedByUrl: true }),
    ];
    for (const document of documents) expect((await app.graphql(document)).status).toBe(200);
  });

  test("40: the limits are the operator's to set", async () => {
    const strict = await TestApp.start({ MAX_QUERY_DEPTH: "1", MAX_ALIASES: "0", MAX_QUERY_TOKENS: "100" });
    expect((await strict.graphql("{ __typename }")).status).toBe(200);
    for (const document of [
      "{ authSettings { signupEnabled } }",
      "{ a: __typename }",
      `{ ${times(99, () => "__typename")} }`,
    ]) {
      expect((await strict.graphql(document)).status).toBe(400);
    }
  });

  test("40: a document with hundreds of faults is told of twenty, and so are variables", async () => {
    const unknown = await app.graphql(`{ ${times(400, (i) => `field${i}`)} }`);
    expect(unknown.status).toBe(400);
    expect(unknown.body.errors).toHaveLength(21);
    const variables = { input: Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`field${i}`, i])) };
    const wrong = await app.graphql(
      "mutation ($input: LoginInput!) { login(input: $input) { __typename } }",
      {
        variables,
      },
    );
    expect(wrong.status).toBe(400);
    expect(wrong.body.errors).toHaveLength(21);
  });

  test("40: a list of operations is refused, also an empty one and one of one", async () => {
    for (const batch of [[], [{ query: "{ __typename }" }], Array(100).fill({ query: "{ __typename }" })]) {
      const response = await app.post(JSON.stringify(batch));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "BAD_REQUEST" } }] });
    }
  });

  test("40: an error repeats no thousands of characters, and is not long in the making", async () => {
    const suggestions = " Did you mean ?".repeat(4000);
    for (const field of [{ tokenDelivery: suggestions }, { [suggestions]: 1 }]) {
      const input = { identifier: "a", password: "b", ...field };
      const answer = await app.graphql(LOGIN, { variables: { input } });
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer.body).length).toBeLessThan(1000);
    }
    const startedAt = performance.now();
    const message = `Field "${suggestions.repeat(10)}" is not defined.`;
    expect(describeClientError(new Error(message), message, { suggestions: false }).length).toBe(501);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });

  test("40: values and types nested within each other are refused, however many tokens are allowed", async () => {
    const spacious = await TestApp.start({ MAX_QUERY_TOKENS: "10000" });
    const nested = (count: number, open: string, middle: string, close: string) =>
      open.repeat(count) + middle + close.repeat(count);
    const call = (value: string) => `logout(refreshToken: ${value})`;
    for (const document of [
      `query ($a: ${nested(4900, "[", "Boolean", "]")}) { __typename @include(if: $a) }`,
      `mutation { ${call(nested(1200, "{a:", "1", "}")).repeat(2)} }`,
      `mutation { ${call(nested(1600, "[", "1", "]")).repeat(2)} }`,
      `query ($a: String = ${nested(300, "[", "", "]")}) { __typename }`,
    ]) {
      const answer = await spacious.graphql(document);
      expect(answer.status).toBe(400);
      expect(answer.body.errors?.map(({ message }) => message)).toEqual([
        "The document is nested too deeply.",
      ]);
    }
  });

  test("49: valid documents are kept in a store that is measured by their text", async () => {
    const stored = jest.spyOn(DocumentStore.prototype, "set");
    await app.graphql(`{ __typename } #${"#\n".repeat(100)}`);
    expect(stored).toHaveBeenCalledTimes(1);
    stored.mockRestore();
  });
});
