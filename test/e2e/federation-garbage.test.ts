import { insertUsers } from "../support/directory.js";
import { type Account, errorOf, signedUp } from "../support/journeys.js";
import { NASTY_STRINGS } from "../support/nasty-strings.js";
import { TestApp } from "../support/test-app.js";

const entities = (selection: string): string =>
  `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on User { ${selection} } } }`;

const user = (id: unknown) => ({ __typename: "User", id });

describe("the representations of entities", () => {
  let app: TestApp;
  let ada: Account;

  beforeAll(async () => {
    app = await TestApp.start({ FEDERATION: "true", MAX_BODY_BYTES: "4000000" });
    ada = await signedUp(app);
  });

  const ask = (selection: string, representations: unknown) =>
    app.graphql(entities(selection), { variables: { representations }, token: ada.accessToken });

  /** As text: a script can neither write "__proto__" like any other name, nor nest as deep. */
  const post = (representations: string) =>
    app.post(
      `{ "query": ${JSON.stringify(entities("id"))}, "variables": { "representations": ${representations} } }`,
      { "content-type": "application/json", authorization: `Bearer ${ada.accessToken}` },
    );

  test.each([
    ["another type", { __typename: "Session", id: "1" }],
    ["a type that does not exist", { __typename: "_Service", id: "1" }],
    ["no type", { id: "1" }],
    ["a type that is no text", { __typename: ["User"], id: "1" }],
    ["no key", { __typename: "User" }],
    ["another key", { __typename: "User", email: "ada@example.org" }],
    ["a key that is null", user(null)],
    ["a key that is a number", user(1)],
    ["a key that is an object", user({ toString: "x" })],
    ["a key that is a list", user(["1"])],
    ["nothing", {}],
  ])("46: a representation of %s is the router's mistake", async (_what, wrong) => {
    const { body, status } = await ask("id", [user(ada.userId), wrong]);
    expect([status, body.data, errorOf({ body })]).toEqual([200, null, { code: "BAD_USER_INPUT" }]);
  });

  test.each([
    ["null", "null"],
    ["a list with null", "[null]"],
    ["a text", '"User"'],
    ["a number", "[1]"],
    ["true", "[true]"],
    ["a list in a list", `[[{ "__typename": "User", "id": "1" }]]`],
    ["lists as deep as a body", `[${"[".repeat(100_000)}${"]".repeat(100_000)}]`],
    ["keys of a prototype", `[{ "__typename": "User", "__proto__": { "id": "1" } }]`],
    ["a constructor", `[{ "__typename": "User", "constructor": { "prototype": { "id": "1" } } }]`],
    ["what is no object, ten thousand times", `[${Array(10_000).fill("1").join()}]`],
  ])("46: %s is no representation", async (_what, representations) => {
    const response = await post(representations);
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
    expect(errors.length).toBeLessThan(22);
    expect(errors[0]?.extensions.code).toMatch(/^BAD_(USER_INPUT|REQUEST)$/);
  });

  test.each(["1", '"User"', "[[[]]]", "null", "[$r]", "User"])(
    "46: nor is %s in the document",
    async (literal) => {
      const query = `query ($r: ID) { _entities(representations: [${literal}, { a: $r }]) { __typename } }`;
      const { status, body } = await app.graphql(query, { token: ada.accessToken });
      expect([status, errorOf({ body })?.code]).toEqual([400, "GRAPHQL_VALIDATION_FAILED"]);
    },
  );

  test("46: what else is in a representation does no harm, however much and whatever it is called", async () => {
    const deep = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;
    const more = `"deep": ${deep}, "lists": ${"[".repeat(50_000)}${"]".repeat(50_000)}, "toString": 1, "then": "x", "hasOwnProperty": null`;
    const response = await post(`[{ "__typename": "User", "id": "${ada.userId}", ${more} }]`);
    expect(await response.json()).toEqual({ data: { _entities: [{ id: ada.userId }] } });
  });

  test("46: any text is the id of nobody", async () => {
    const { body } = await ask("id", NASTY_STRINGS.map(user));
    expect(body).toEqual({ data: { _entities: NASTY_STRINGS.map(() => null) } });
  });

  describe("in their number", () => {
    const FIELDS = "id username name picture gender locale role status createdAt updatedAt lastLoginAt";
    const entitiesOf = (selection: string) =>
      `_entities(representations: $r) { ... on User { ${selection} } }`;
    let many: readonly string[];

    beforeAll(async () => {
      const wanted = Array.from({ length: 1100 }, (_, i) => ({ email: `many${i}@example.org` }));
      many = (await insertUsers(app, wanted)).map(({ id }) => id);
    });

    const askFor = (ids: readonly string[], fields: string) =>
      app.graphql(`query ($r: [_Any!]!) { ${fields} }`, {
        variables: { r: ids.map(user) },
        token: ada.accessToken,
      });

    test("may be more than a statement looks up", async () => {
      const { body } = await askFor(many, entitiesOf(FIELDS));
      expect(body.data._entities.map(({ id }: { id: string }) => id)).toEqual(many);
    });

    test.each([
      ["that many with their sessions", entitiesOf("sessions { id device }")],
      ["with what others ask for in the same request", `a: ${entitiesOf(FIELDS)} b: ${entitiesOf(FIELDS)}`],
      [
        "with what the same one asks for elsewhere",
        `${entitiesOf(FIELDS)} ${entitiesOf("x: id y: id z: name u: name v: name w: name a: id b: id c: id d: id e: id")}`,
      ],
    ])("40: are refused where they have too many values: %s", async (_what, fields) => {
      const { body } = await askFor(many, fields);
      expect([body.data, errorOf({ body })]).toEqual([null, { code: "BAD_REQUEST" }]);
      expect(body.errors?.[0]?.message).toMatch(/^The entities have too many values together: 25000/);
      expect((await askFor(many.slice(0, 10), fields)).body.data).not.toBeNull();
    });
  });
});
