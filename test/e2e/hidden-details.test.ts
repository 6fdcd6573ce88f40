import { getIntrospectionQuery } from "graphql";
import { errorOf, LOGIN, signedUp } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";

describe("what is not told", () => {
  let app: TestApp;
  let production: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    production = await TestApp.start({
      NODE_ENV: "production",
      ARGON2_MEMORY_KIB: "19456",
      ARGON2_ITERATIONS: "2",
    });
  });

  test("39: production shows no schema, by fragments and by GET neither", async () => {
    const queries = [
      getIntrospectionQuery(),
      "{ __schema { types { name } } }",
      "query { ...F } fragment F on Query { __schema { queryType { name } } }",
      '{ ... { ... on Query { a: __type(name: "User") { fields { name } } } } }',
    ];
    for (const query of queries) {
      const answer = await production.graphql(query);
      expect(answer.status).toBe(400);
      expect(errorOf(answer)?.code).toBe("GRAPHQL_VALIDATION_FAILED");
      expect(answer.body.data).toBeUndefined();
      const viaGet = await fetch(`${production.url}/graphql?query=${encodeURIComponent(query)}`, {
        headers: { "apollo-require-preflight": "1" },
      });
      expect(viaGet.status).toBe(400);
    }
    expect((await app.graphql(getIntrospectionQuery())).body.data.__schema.queryType).toMatchObject({
      name: "Query",
    });
  });

  test("39: production makes no suggestions", async () => {
    for (const query of [
      "{ mee { id } }",
      "{ me { emial } }",
      'mutation { loginn(x: "") }',
      "{ me { sessions { devise } } }",
    ]) {
      expect(JSON.stringify((await production.graphql(query)).body)).not.toMatch(/did you mean/i);
      expect(JSON.stringify((await app.graphql(query)).body)).toMatch(/did you mean/i);
    }
  });

  test("39: a wrong variable is told without suggestions in production, and nowhere with its value", async () => {
    const inputs: Record<string, unknown>[] = [
      { identifier: "a", passwor: "hunter2" },
      { identifier: "a", password: { secret: 'hunter2; at "x"' } },
      { identifier: "a", password: "hunter2", tokenDelivery: "BODYY" },
      { identifier: "a", password: "b", tokenDelivery: 'hunter2" does not exist in "' },
      { identifier: "a", password: "hunter2", tokenDelivery: ["hunter2"] },
      { password: "hunter2" },
    ];
    for (const input of inputs) {
      for (const on of [app, production]) {
        const answer = await on.graphql(LOGIN, { variables: { input } });
        expect(answer.status).toBe(400);
        expect(errorOf(answer)?.code).toBe("BAD_USER_INPUT");
        expect(answer.body.errors?.[0]?.message).toMatch(/^Variable "\$input" is invalid/);
        expect(JSON.stringify(answer.body)).not.toContain("hunter2");
        if (on === production) expect(JSON.stringify(answer.body)).not.toMatch(/did you mean/i);
      }
    }
    const literal = await app.graphql(
      "mutation { login(input: { identifier: 1, password: 815 }) { __typename } }",
    );
    expect(literal.body.errors?.[1]?.message).toBe("String cannot represent a non string value.");
    const broken = await app.graphql('mutation { login(input: { password "hunter2" }) { __typename } }');
    expect(broken.body.errors?.[0]?.message).toBe('Syntax Error: Expected ":", found a string.');
    const code = await app.graphql("mutation { login(input: { code 287082 }) { __typename } }");
    expect(code.body.errors?.[0]?.message).toBe('Syntax Error: Expected ":", found a number.');
    const instead = await app.graphql('mutation { login(input: ["hunter2"]) { __typename } }');
    expect(instead.status).toBe(400);
    expect(JSON.stringify(instead.body)).not.toContain("hunter2");
  });

  test("what is not offered is the request's fault, not the server's", async () => {
    const quiet = await TestApp.start();
    const persistedQuery = { version: 1, sha256Hash: "a" };
    const persisted = await quiet.post(JSON.stringify({ extensions: { persistedQuery } }));
    expect(await persisted.json()).toMatchObject({
      errors: [{ extensions: { code: "PERSISTED_QUERY_NOT_SUPPORTED" } }],
    });
    expect(persisted.headers.get("cache-control")).toBe("no-store");
    const subscription = await quiet.graphql("subscription { me { id } }");
    expect([subscription.status, errorOf(subscription)?.code]).toEqual([400, "BAD_REQUEST"]);
    expect(subscription.body).not.toHaveProperty("data");
    const unknownOperation = await quiet.post(
      JSON.stringify({ query: "query A { me { id } }", operationName: "B" }),
    );
    expect(await unknownOperation.json()).toMatchObject({
      errors: [{ extensions: { code: "BAD_REQUEST" } }],
    });
    expect(quiet.logLines.filter((line) => line.includes('"error"'))).toEqual([]);
  });

  test("39: an unexpected error is answered with an id and nothing else, and logged under that id", async () => {
    for (const environment of [
      {},
      { NODE_ENV: "production", ARGON2_MEMORY_KIB: "19456", ARGON2_ITERATIONS: "2" },
    ]) {
      const broken = await TestApp.start(environment);
      const { accessToken } = await signedUp(broken);
      await broken.execute("alter table sessions rename to gone");
      const { body } = await broken.graphql("{ me { id sessions { id } } }", { token: accessToken });
      expect(body.errors?.[0]).toEqual({
        message: "Internal server error",
        locations: expect.anything(),
        path: ["me"],
        extensions: { code: "INTERNAL_SERVER_ERROR", errorId: expect.any(String) },
      });
      const errorId = String(errorOf({ body })?.errorId);
      const line = broken.logLines.find((text) => text.includes(errorId));
      expect(line).toMatch(/no such table|SQLITE_ERROR|does not exist/);
    }
  });

  test("39: production serves no Sandbox, development does to a browser", async () => {
    const browse = (on: TestApp) => fetch(`${on.url}/graphql`, { headers: { accept: "text/html" } });
    const sandbox = await browse(app);
    expect(sandbox.status).toBe(200);
    expect(await sandbox.text()).toContain("sandbox");
    expect((await browse(production)).status).toBe(400);
  });
});
