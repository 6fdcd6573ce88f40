import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { getIntrospectionQuery } from "graphql";
import { User } from "../../src/modules/user/user.entity.js";
import {
  errorOf,
  LOGIN,
  loggedIn,
  ME,
  newEmail,
  PASSWORD,
  REFRESH,
  SIGNUP,
  signedUp,
  signup,
} from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";

/** Strings that have broken parsers, databases, logs and terminals. */
const NASTY_STRINGS = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\r\n",
  "\ud800",
  "\udfff\ud800",
  "\ufffe\uffff",
  "\u202eevil",
  "' or '1'='1",
  '"; drop table users; --',
  "\\",
  "#{7*7}{{7*7}}",
  "__proto__",
  "constructor",
  "null",
  "NaN",
  "%00%0d%0a",
  "../../etc/passwd",
  "<script>alert(1)</script>",
  "🦉".repeat(100),
  "Ṱ̺̺̕h̞e͇".repeat(20),
  "x".repeat(10_000),
];

describe("the edge", () => {
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

  const post = (
    on: TestApp,
    body: string,
    headers: Record<string, string> = { "content-type": "application/json" },
  ) => fetch(`${on.url}/graphql`, { method: "POST", headers, body });

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
  });

  test("what is not offered is the request's fault, not the server's", async () => {
    const quiet = await TestApp.start();
    const persistedQuery = { version: 1, sha256Hash: "a" };
    const persisted = await post(quiet, JSON.stringify({ extensions: { persistedQuery } }));
    expect(await persisted.json()).toMatchObject({
      errors: [{ extensions: { code: "PERSISTED_QUERY_NOT_SUPPORTED" } }],
    });
    expect(persisted.headers.get("cache-control")).toBe("no-store");
    expect(errorOf(await quiet.graphql("subscription { me { id } }"))?.code).toBe("BAD_REQUEST");
    const unknownOperation = await post(
      quiet,
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
      await broken.orm.em.getConnection().execute("drop table sessions");
      const { body } = await broken.graphql("{ me { id sessions { id } } }", { token: accessToken });
      expect(body.errors?.[0]).toEqual({
        message: "Internal server error",
        locations: expect.anything(),
        path: ["me"],
        extensions: { code: "INTERNAL_SERVER_ERROR", errorId: expect.any(String) },
      });
      const errorId = String(errorOf({ body })?.errorId);
      const line = broken.logLines.find((text) => text.includes(errorId));
      expect(line).toMatch(/no such table|SQLITE_ERROR/);
    }
  });

  test("39: production serves no Sandbox, development does to a browser", async () => {
    const browse = (on: TestApp) => fetch(`${on.url}/graphql`, { headers: { accept: "text/html" } });
    const sandbox = await browse(app);
    expect(sandbox.status).toBe(200);
    expect(await sandbox.text()).toContain("sandbox");
    expect((await browse(production)).status).toBe(400);
  });

  test("43: every GraphQL answer is no-store, and nosniff stands everywhere", async () => {
    const { headers } = await app.graphql(SIGNUP, {
      variables: { input: { email: newEmail(), password: PASSWORD } },
    });
    expect(headers.get("cache-control")).toBe("no-store");
    const answers = [
      await post(app, "{"),
      await post(app, JSON.stringify({ query: "{ nothing }" })),
      await fetch(`${app.url}/graphql`, { headers: { accept: "text/html" } }),
      await fetch(`${app.url}/health`),
      await fetch(`${app.url}/ready`),
      await fetch(`${app.url}/.well-known/jwks.json`),
      await fetch(`${app.url}/nowhere`),
    ];
    expect(answers.map((answer) => answer.headers.get("x-content-type-options"))).toEqual(
      answers.map(() => "nosniff"),
    );
    expect(answers.slice(0, 3).map((answer) => answer.headers.get("cache-control"))).toEqual([
      "no-store",
      "no-store",
      "no-store",
    ]);
  });

  test("41: a GET runs no mutation, and what a form could send is refused", async () => {
    const { email } = await signedUp(app);
    const mutation = `mutation { login(input: { identifier: "${email}", password: "${PASSWORD}" }) { __typename } }`;
    const viaGet = await fetch(`${app.url}/graphql?query=${encodeURIComponent(mutation)}`, {
      headers: { "apollo-require-preflight": "1" },
    });
    expect(viaGet.status).toBe(405);
    const body = JSON.stringify({ query: mutation });
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
    ]) {
      const answer = await post(app, body, { "content-type": type });
      expect(answer.status).toBe(415);
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: "BAD_REQUEST" } }] });
    }
    expect((await fetch(`${app.url}/graphql?query=${encodeURIComponent(ME)}`)).status).toBe(400);
  });

  test("41: malformed JSON, a body too large and an unknown path answer JSON", async () => {
    const answers = [
      [await post(app, '{"query": '), 400],
      [await post(app, ""), 400],
      [await post(app, JSON.stringify({ query: `{ me { id } } # ${"x".repeat(70_000)}` })), 413],
      [await fetch(`${app.url}/nowhere`, { method: "POST" }), 404],
    ] as const;
    for (const [answer, status] of answers) {
      expect(answer.status).toBe(status);
      expect(await answer.json()).toMatchObject({
        errors: [{ message: expect.any(String), extensions: { code: "BAD_REQUEST" } }],
      });
    }
  });

  /** What a raw request over a socket of its own gets back. */
  const exchange = (request: string) =>
    new Promise<string>((resolve, reject) => {
      let answer = "";
      const socket = connect(Number(new URL(app.url).port), "127.0.0.1", () => socket.write(request));
      socket.on("data", (chunk) => {
        answer += chunk;
      });
      socket.on("end", () => resolve(answer));
      socket.on("error", reject);
    });

  test("43: also what the HTTP parser refuses is JSON, with nosniff and no-store", async () => {
    const answers = [
      [await exchange("GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), "400 Bad Request"],
      [await exchange("NONSENSE\r\n\r\n"), "400 Bad Request"],
      [
        await exchange(`GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(20_000)}\r\n\r\n`),
        "431 Request Header Fields Too Large",
      ],
    ] as const;
    for (const [answer, status] of answers) {
      expect(answer).toContain(`HTTP/1.1 ${status}\r\n`);
      expect(answer).toContain("x-content-type-options: nosniff\r\n");
      expect(answer).toContain("cache-control: no-store\r\n");
      const { errors } = JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")));
      expect(errors[0].extensions.code).toBe("BAD_REQUEST");
    }
  });

  test("46: clients that hang up in the middle are not taken for faults of the server", async () => {
    const quiet = await TestApp.start();
    const body = JSON.stringify({ query: "{ __typename }" });
    const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
    for (let i = 0; i < 100; i++) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(new URL(quiet.url).port), "127.0.0.1", () => {
          socket.write(`${head}\r\n\r\n${body}`.repeat(2), () => socket.resetAndDestroy());
        });
        socket.on("close", () => resolve());
        socket.on("error", () => resolve());
      });
    }
    expect((await quiet.graphql("{ __typename }")).status).toBe(200);
    expect(quiet.logLines.filter((line) => line.includes('"error"'))).toEqual([]);
  });

  test("45: role, id, status and emailVerified in an input that does not declare them change nothing", async () => {
    for (const extra of [{ role: "ADMIN" }, { id: "1" }, { status: "DISABLED" }, { emailVerified: true }]) {
      const email = newEmail();
      const variables = { input: { email, password: PASSWORD, ...extra } };
      const answer = await app.graphql(SIGNUP, { variables });
      expect(answer.status).toBe(400);
      expect(errorOf(answer)?.code).toBe("BAD_USER_INPUT");
      expect(await app.orm.em.fork().count(User, { email })).toBe(0);
    }
    expect((await signup(app)).user).toMatchObject({ role: "USER", status: "ACTIVE", emailVerified: false });
  });

  test("46: any string in any String argument is no 5xx, and what is stored comes back exactly", async () => {
    const { accessToken: token } = await signedUp(app);
    for (const text of NASTY_STRINGS) {
      const attempts = [
        [LOGIN, { input: { identifier: text, password: text, code: text } }],
        [REFRESH, { token: text }],
        ["mutation ($s: String) { logout(refreshToken: $s) }", { s: text }],
        ["mutation ($s: ID!) { revokeSession(id: $s) }", { s: text }],
        [
          "mutation ($s: String) { reauthenticate(input: { password: $s, code: $s }) { __typename } }",
          { s: text },
        ],
        [
          SIGNUP,
          { input: { email: text, password: text, username: text, name: text, passwordConfirmation: text } },
        ],
      ] as const;
      for (const [query, variables] of attempts) {
        const isLogout = query.includes("logout");
        const { status, body } = await app.graphql(query, isLogout ? { variables } : { variables, token });
        expect([status, errorOf({ body })]).toEqual([200, undefined]);
      }
      const named = await signup(app, { name: text });
      if (named.__typename === "InvalidInput") expect(named.fields[0].field).toBe("name");
      else
        expect((await app.graphql("{ me { name } }", { token: named.accessToken })).body.data.me.name).toBe(
          text,
        );
      const withPassword = await signup(app, { password: `${text} and a bit more` });
      if (withPassword.__typename === "AuthPayload") {
        const { email } = withPassword.user;
        const variables = { input: { identifier: email, password: `${text} and a bit more` } };
        expect((await app.graphql(LOGIN, { variables })).body.data.login.__typename).toBe("AuthPayload");
      }
    }
  });

  test("46: a User-Agent of any length and a spoofed X-Forwarded-For are recorded for what they are", async () => {
    const { email } = await signedUp(app);
    const headers = { "user-agent": "x".repeat(5000), "x-forwarded-for": "6.6.6.6" };
    const { accessToken: token } = await loggedIn(app, email, { headers });
    const { sessions } = (await app.graphql("{ me { sessions { ipAddress userAgent device } } }", { token }))
      .body.data.me;
    expect(sessions[0]).toEqual({ ipAddress: "127.0.0.1", userAgent: "x".repeat(256), device: null });

    const behindProxy = await TestApp.start({ TRUST_PROXY: "1" });
    const forwarded = { "x-forwarded-for": "6.6.6.6, ::ffff:203.0.113.7" };
    const account = await signup(behindProxy, {}, { headers: forwarded });
    expect(account.session.ipAddress).toBe("203.0.113.7");
    const nonsense = await signup(behindProxy, {}, { headers: { "x-forwarded-for": "<script>" } });
    expect(nonsense.session.ipAddress).toBeNull();
  });

  test("CORS lets exactly the listed origins read", async () => {
    const allowing = await TestApp.start({ CORS_ORIGINS: "https://app.example.org" });
    const preflight = async (origin: string) =>
      (
        await fetch(`${allowing.url}/graphql`, {
          method: "OPTIONS",
          headers: {
            origin,
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
          },
        })
      ).headers.get("access-control-allow-origin");
    expect(await preflight("https://app.example.org")).toBe("https://app.example.org");
    for (const origin of ["https://app.example.org.evil.test", "http://app.example.org", "null"]) {
      expect(await preflight(origin)).toBeNull();
    }
  });

  test("/health and /ready tell apart a process that lives and one that can serve", async () => {
    const probed = await TestApp.start();
    const statuses = async () => [
      (await fetch(`${probed.url}/health`)).status,
      (await fetch(`${probed.url}/ready`)).status,
    ];
    expect(await statuses()).toEqual([200, 200]);
    await probed.orm.em.getConnection().execute("delete from mikro_orm_migrations");
    expect(await statuses()).toEqual([200, 503]);
  });

  test("a stopping server finishes what is in flight, and tells newcomers and load balancers 503", async () => {
    const stopping = await TestApp.start({ ARGON2_MEMORY_KIB: "262144", ARGON2_ITERATIONS: "3" });
    const inFlight = signup(stopping);
    await delay(100);
    const closed = stopping.close();
    const [ready, newcomer] = await Promise.all([
      fetch(`${stopping.url}/ready`),
      post(stopping, JSON.stringify({ query: ME })),
    ]);
    expect([ready.status, newcomer.status]).toEqual([503, 503]);
    expect(await newcomer.json()).toMatchObject({
      errors: [{ extensions: { code: "SERVICE_UNAVAILABLE" } }],
    });
    expect(newcomer.headers.get("retry-after")).toBe("2");
    expect((await inFlight).__typename).toBe("AuthPayload");
    await closed;
    await expect(fetch(`${stopping.url}/health`)).rejects.toThrow();
  });

  test("a start without migrations says what to do", async () => {
    await expect(TestApp.start({ MIGRATE_ON_START: "false" })).rejects.toThrow("npm run migrate");
  });

  test("47: no password, hash or token reaches a log, also when the database fails in the middle", async () => {
    const failing = await TestApp.start();
    const { email, accessToken, refreshToken } = await signedUp(failing);
    const attempts = async () => {
      await loggedIn(failing, email).catch(() => undefined);
      await signup(failing).catch(() => undefined);
      await failing.graphql(REFRESH, { variables: { token: refreshToken }, token: accessToken });
      await failing.graphql(LOGIN, {
        variables: { input: { identifier: email, password: "a wrong password" } },
      });
    };
    const execute = (sql: string) => failing.orm.em.getConnection().execute(sql);
    const hash = (await failing.orm.em.fork().findOneOrFail(User, { email })).passwordHash;
    await attempts();
    await execute(
      "create trigger fail before insert on sessions begin select raise(abort, 'disk on fire'); end",
    );
    await attempts();
    await execute("drop table sessions");
    await attempts();
    expect(failing.logLines.filter((line) => line.includes('"error"')).length).toBeGreaterThanOrEqual(4);
    const log = failing.logLines.join("");
    for (const secret of [
      PASSWORD,
      "a wrong password",
      accessToken,
      refreshToken,
      failing.secret,
      hash,
      "argon2id",
      email,
    ]) {
      expect(log).not.toContain(secret);
    }
  });

  test("47: what a client sends cannot forge a log line", async () => {
    const logged = await TestApp.start();
    await logged.orm.em.getConnection().execute("drop table users");
    const forged = '\n{"level":"info","msg":"forged"}\n';
    const variables = { input: { identifier: "ada@example.org", password: forged } };
    const query = "mutation ($input: LoginInput!) { forged: login(input: $input) { __typename } }";
    const { body } = await logged.graphql(query, { variables });
    expect(errorOf({ body })?.code).toBe("INTERNAL_SERVER_ERROR");
    for (const line of logged.logLines) expect(JSON.parse(line).msg).not.toBe("forged");
  });
});
