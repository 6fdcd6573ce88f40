import { once } from "node:events";
import { connect } from "node:net";
import { eventually } from "../support/eventually.js";
import { holdHashes } from "../support/held-hashes.js";
import { errorOf, LOGIN, PASSWORD, refresh, signedUp, signup } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";

type Line = Readonly<Record<string, unknown>>;

const requestLines = (app: TestApp): Line[] =>
  app.logLines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "request");

/** The line of the request that got this answer. */
const lineOf = (app: TestApp, { headers }: { readonly headers: Headers }): Promise<Line> =>
  eventually(() => requestLines(app).find(({ requestId }) => requestId === headers.get("x-request-id")));

/** Sends a request, and is gone before the password in it was hashed. */
async function hangUpDuring(app: TestApp, query: string): Promise<void> {
  const hashes = holdHashes();
  const body = JSON.stringify({ query });
  const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  const socket = connect(Number(new URL(app.url).port), "127.0.0.1");
  socket.write(`${head}\r\n\r\n${body}`);
  await eventually(() => (hashes.count > 0 ? true : undefined));
  socket.destroy();
  await once(socket, "close");
  // By the time it answers somebody else the server has heard of that, too.
  await fetch(`${app.url}/health`);
  hashes.release();
}

describe("the log of requests", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  test("47: says of each who did what with which outcome, and nothing of what was sent", async () => {
    const { email, accessToken, userId } = await signedUp(app);
    const variables = { input: { identifier: email, password: PASSWORD } };
    const query = LOGIN.replace("mutation (", "mutation LoginForm(");
    const answer = await app.graphql(query, { variables });
    expect(await lineOf(app, answer)).toEqual({
      level: "info",
      time: expect.any(String),
      msg: "request",
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      method: "POST",
      route: "/graphql",
      status: 200,
      durationMs: expect.any(Number),
      operationName: "LoginForm",
      operations: ["login"],
      outcome: "OK",
      userId,
    });
    expect(await lineOf(app, await app.graphql("{ me { id } }", { token: accessToken }))).toMatchObject({
      operations: ["me"],
      outcome: "OK",
      userId,
    });
  });

  test("47: has the code of whatever went wrong", async () => {
    const { email, accessToken } = await signedUp(app);
    const wrong = { input: { identifier: email, password: "a wrong password" } };
    const cases = [
      [await app.graphql(LOGIN, { variables: wrong }), 200, "INVALID_CREDENTIALS"],
      [await app.graphql("{ me { id } }"), 200, "UNAUTHENTICATED"],
      [await app.graphql("{ authSettings { signupEnabled } me { id } }"), 200, "UNAUTHENTICATED"],
      [await app.graphql(LOGIN, { variables: { input: {} } }), 400, "BAD_USER_INPUT"],
      [await app.graphql("{ nothing }"), 400, "GRAPHQL_VALIDATION_FAILED"],
      [await app.graphql("{"), 400, "GRAPHQL_PARSE_FAILED"],
      [await app.graphql("query A { __typename }", { headers: { accept: "text/csv" } }), 406, "BAD_REQUEST"],
      [await app.post("{"), 400, "BAD_REQUEST"],
      [await app.post("x", { "content-type": "text/plain" }), 415, "BAD_REQUEST"],
      [await app.post(`"${"x".repeat(70_000)}"`), 413, "BAD_REQUEST"],
    ] as const;
    for (const [answer, status, outcome] of cases) {
      expect(await lineOf(app, answer)).toMatchObject({ route: "/graphql", status, outcome });
    }
    const headers = {
      "content-type": "application/json",
      origin: "https://evil.test",
      cookie: "latchkey-device=x",
    };
    expect(await lineOf(app, await app.post("{}", headers))).toMatchObject({
      status: 403,
      outcome: "FORBIDDEN",
    });
    const several = `mutation { logout a: logout b: revokeOtherSessions }`;
    expect(await lineOf(app, await app.graphql(several, { token: accessToken }))).toMatchObject({
      operations: ["logout", "logout", "revokeOtherSessions"],
      outcome: "UNAUTHENTICATED",
    });
    const unknown = await fetch(`${app.url}/a/path?with=${accessToken}`);
    expect(await lineOf(app, unknown)).toMatchObject({
      route: "unknown",
      status: 404,
      outcome: "BAD_REQUEST",
    });
  });

  test("39: leads from an answer with an errorId to what went wrong", async () => {
    const broken = await TestApp.start();
    const { accessToken } = await signedUp(broken);
    await broken.execute("alter table sessions rename to gone");
    const answer = await broken.graphql("{ me { id } }", { token: accessToken });
    const errorId = errorOf(answer)?.errorId;
    expect(await lineOf(broken, answer)).toMatchObject({ outcome: "INTERNAL_SERVER_ERROR", errorId });
    const errors = broken.logLines.map((line) => JSON.parse(line)).filter(({ level }) => level === "error");
    expect(errors).toMatchObject([{ errorId, path: "me" }]);
  });

  test("tells of clients that did not wait for their answer", async () => {
    const left = await TestApp.start();
    const input = `{ email: "gone@example.org", password: "${PASSWORD}" }`;
    await hangUpDuring(left, `mutation { signup(input: ${input}) { __typename } }`);
    const line = await eventually(() => requestLines(left)[0]);
    expect(line).toMatchObject({ status: 499, outcome: "CLIENT_CLOSED_REQUEST" });
  });

  test("47: has what came of an attempt whose client hung up before", async () => {
    const left = await TestApp.start({ METRICS: "true" });
    const input = '{ identifier: "nobody@example.org", password: "a guess" }';
    await hangUpDuring(left, `mutation { login(input: ${input}) { __typename } }`);
    const line = await eventually(() => requestLines(left)[0]);
    expect(line).toMatchObject({ status: 499, operations: ["login"], outcome: "INVALID_CREDENTIALS" });
    const metrics = await (await fetch(`${left.url}/metrics`)).text();
    expect(metrics).toContain('_seconds_count{operation="login",outcome="INVALID_CREDENTIALS"} 1');
    expect(metrics).not.toContain('operation="login",outcome="OK"');
  });

  test("47: is not written by clients: their names are cut, and ids come from a proxy that is trusted", async () => {
    const long = await app.graphql(`query ${"x".repeat(500)} { __typename }`);
    expect((await lineOf(app, long)).operationName).toHaveLength(64);
    const given = { "x-request-id": "given-by-the-proxy:1" };
    expect((await app.graphql("{ __typename }", { headers: given })).headers.get("x-request-id")).toMatch(
      /^[0-9a-f-]{36}$/,
    );
    const proxied = await TestApp.start({ TRUST_PROXY: "1" });
    const joined = await proxied.graphql("{ __typename }", { headers: given });
    expect(joined.headers.get("x-request-id")).toBe("given-by-the-proxy:1");
    expect(await lineOf(proxied, joined)).toMatchObject({ requestId: "given-by-the-proxy:1" });
    for (const junk of ["a b", '{"x":1}', "x".repeat(200), "é"]) {
      const answer = await proxied.graphql("{ __typename }", { headers: { "x-request-id": junk } });
      expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test("has no lines for probes", async () => {
    const quiet = await TestApp.start();
    for (const path of ["/health", "/ready", "/.well-known/jwks.json"]) await fetch(quiet.url + path);
    await quiet.graphql("{ __typename }");
    await eventually(() => requestLines(quiet)[0]);
    expect(requestLines(quiet).map(({ route }) => route)).toEqual(["/graphql"]);
  });

  test("18: tells of a spent refresh token that came back", async () => {
    const { refreshToken } = await signedUp(app);
    const first = await refresh(app, refreshToken);
    app.advanceSeconds(60);
    expect(first.__typename).toBe("AuthPayload");
    await refresh(app, refreshToken);
    const line = await eventually(() => requestLines(app).find(({ outcome }) => outcome === "INVALID_TOKEN"));
    expect(line.operations).toEqual(["refreshTokens"]);
    await signup(app);
  });
});
