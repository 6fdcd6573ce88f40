import { exchange, JSON_TYPE, QUERY_BODY, rawHead, rawPost } from "../support/raw-http.js";
import { TestApp } from "../support/test-app.js";

const ODD_BODIES = {
  "malformed JSON": '{"query": ',
  nothing: "",
  null: "null",
  "a number": "1",
  "a string": '"{ __typename }"',
  "an empty list": "[]",
  "a list of operations": `[${QUERY_BODY},${QUERY_BODY}]`,
  "an empty object": "{}",
  "a prototype": '{"query":"{ __typename }","__proto__":{"isAdmin":true}}',
  "a prototype in the variables": '{"query":"{ __typename }","variables":{"__proto__":{"isAdmin":true}}}',
  "a constructor": '{"query":"{ __typename }","constructor":{"prototype":{"isAdmin":true}}}',
  "variables that are a list": '{"query":"{ __typename }","variables":[]}',
  "brackets without end": `{"query":"{ __typename }","variables":${"[".repeat(60_000)}`,
};

const chunked = (body: string) =>
  `${rawHead("POST /graphql", { ...JSON_TYPE, "transfer-encoding": "chunked" })}${body}`;

/** What the HTTP parser itself refuses, most of it because a proxy might take it for something else (RFC 9112 §11.2). */
const UNPARSABLE = {
  "no HTTP": "NONSENSE\r\n\r\n",
  "HTTP/2 without an upgrade": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "a length and chunks": rawPost({ headers: { ...JSON_TYPE, "transfer-encoding": "chunked" } }),
  "two lengths": rawPost({ headers: { ...JSON_TYPE, "content-Length": "5" } }),
  "a negative length": rawPost({ contentLength: "-1" }),
  "a hexadecimal length": rawPost({ contentLength: "0x1" }),
  "a length with a sign": rawPost({ contentLength: "+5" }),
  "a chunk without a size": chunked("zz\r\n{}\r\n"),
  "an unknown framing": rawPost({ headers: { ...JSON_TYPE, "transfer-encoding": "identity" } }),
  "a folded header": rawHead("GET /health", { x: "a\r\n b" }),
  "a space before the colon": rawHead("GET /health", { "x ": "a" }),
  "a null byte in the path": rawHead("GET /\0"),
  "a null byte in a header": rawHead("GET /health", { x: "a\0b" }),
  "line feeds alone": rawHead("GET /health").replaceAll("\r\n", "\n"),
};

const OTHERS: readonly (readonly [number, string, string | Buffer])[] = [
  [400, "a path that cannot be decoded", rawHead("GET /%zz<script>")],
  [400, "no Host", "GET /health HTTP/1.1\r\nConnection: close\r\n\r\n"],
  [400, "no length and no body", rawHead("POST /graphql", JSON_TYPE)],
  [
    400,
    "bytes that are not UTF-8",
    Buffer.from(rawPost({ body: '{"query":"{ __typename } #\xff\xc0"}', contentLength: "30" }), "latin1"),
  ],
  [404, "an unknown path", rawHead("GET /nowhere")],
  [404, "no path", rawHead("OPTIONS *")],
  [405, "OPTIONS that is no preflight", rawHead("OPTIONS /graphql")],
  [406, "a picture for an answer", rawPost({ headers: { ...JSON_TYPE, accept: "image/png" } })],
  [413, "a body too large", rawPost({ body: "x".repeat(70_000) })],
  [413, "a body too large, in chunks", chunked(`11170\r\n${"x".repeat(70_000)}\r\n0\r\n\r\n`)],
  [
    413,
    "a length too large",
    rawPost({ headers: { ...JSON_TYPE, expect: "100-continue" }, contentLength: "9999999999" }),
  ],
  [413, "endless chunk extensions", chunked(`1;${"x".repeat(20_000)}\r\n{\r\n`)],
  [415, "a compressed body", rawPost({ headers: { ...JSON_TYPE, "content-encoding": "gzip" } })],
  [
    415,
    "a content type of spaces",
    rawPost({ headers: { "content-type": `application/json;${" ".repeat(15_000)}x` } }),
  ],
  [415, "another charset", rawPost({ headers: { "content-type": "application/json; charset=utf-16" } })],
  [431, "a long URL", rawHead(`GET /graphql?${"x".repeat(20_000)}`)],
  [431, "long headers", rawHead("GET /health", { x: "x".repeat(20_000) })],
];

describe("errors at the HTTP edge", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  const EVERYTHING = [
    ...Object.entries(ODD_BODIES).map(
      ([name, body]) => [400, `a body of ${name}`, rawPost({ body })] as const,
    ),
    ...Object.entries(UNPARSABLE).map(([name, request]) => [400, name, request] as const),
    ...OTHERS,
  ];

  test.each(EVERYTHING)("41, 43: %i in JSON for %s", async (status, _name, request) => {
    const answer = await exchange(app, request);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const { errors } = JSON.parse(answer.body);
    expect(errors).toEqual([{ message: expect.any(String), extensions: { code: "BAD_REQUEST" } }]);
    expect(answer.body).not.toMatch(/node_modules|\.[jt]s:\d|script|isAdmin/);
  });

  test.each([
    [413, "65536 bytes are allowed", rawPost({ body: "x".repeat(70_000) })],
    [413, "65536 bytes are allowed", chunked(`11170\r\n${"x".repeat(70_000)}\r\n0\r\n\r\n`)],
    [431, "send a long query with POST", rawHead(`GET /graphql?${"x".repeat(20_000)}`)],
  ])("%i says what to do: %s", async (status, advice, request) => {
    const answer = await exchange(app, request);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body).errors[0].message).toContain(advice);
  });

  test.each([
    ["/graphql", "GET, POST"],
    ["/health", "GET, HEAD"],
    ["/ready?x", "GET, HEAD"],
    ["http://evil.test/.well-known/jwks.json", "GET, HEAD"],
  ])("a method that %s does not know gets 405 and the list of those it knows", async (path, allowed) => {
    for (const method of ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PROPFIND"]) {
      const answer = await exchange(app, rawHead(`${method} ${path}`));
      expect([answer.status, answer.headers.get("allow")]).toEqual([405, allowed]);
      expect(JSON.parse(answer.body).errors[0].extensions.code).toBe("BAD_REQUEST");
    }
  });

  test("HEAD has no body: 405 for the API, as GET for the probes", async () => {
    const head = async (path: string) => exchange(app, rawHead(`HEAD ${path}`));
    expect(await head("/graphql?query={__typename}")).toMatchObject({ status: 405, body: "" });
    for (const path of ["/health", "/ready", "/.well-known/jwks.json"]) {
      expect(await head(path)).toMatchObject({ status: 200, body: "" });
    }
  });

  test.each([
    "//graphql",
    "/graphql/",
    "/GRAPHQL",
    "/%2e/graphql",
    "/x/../graphql",
    "/graphql;x",
    "/graphql%00",
  ])("%s is not another name of the API", async (path) => {
    expect((await exchange(app, rawPost().replace("/graphql", path))).status).toBe(404);
  });

  test("nothing of the path, the method or a header shows in an answer", async () => {
    const marks = {
      referer: "http://mark/",
      "x-mark": "mark",
      cookie: "mark=1",
      "x-request-id": "mark\tmark",
    };
    for (const start of [
      "GET /mark%0d%0aSet-Cookie:mark",
      "DELETE /mark<mark>",
      "MKCOL /graphql?mark",
      "GET /%zmark",
    ]) {
      const answer = await exchange(app, rawHead(start, { ...marks, host: "mark" }));
      expect(answer.status).toBeLessThan(500);
      expect(`${[...answer.headers].flat()} ${answer.body}`).not.toMatch(/mark/i);
    }
  });

  test("what is unusual and still right is answered", async () => {
    const requests = [
      rawPost().replace("POST /graphql", "POST http://evil.test/graphql"),
      rawPost({ headers: { ...JSON_TYPE, expect: "100-continue" } }),
      rawPost({ headers: { ...JSON_TYPE, expect: "wonders" } }),
      rawPost({
        headers: { "content-type": 'Application/JSON ; Charset="UTF-8"', "content-encoding": "identity" },
      }),
      rawPost({ headers: { ...JSON_TYPE, upgrade: "h2c", connection: "upgrade, close" } }),
      chunked(`${QUERY_BODY.length.toString(16)}\r\n${QUERY_BODY}\r\n0\r\n\r\n`),
      `POST /graphql HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: ${QUERY_BODY.length}\r\n\r\n${QUERY_BODY}`,
    ];
    for (const request of requests) {
      const answer = await exchange(app, request);
      expect([request, answer.status, JSON.parse(answer.body)]).toEqual([
        request,
        200,
        { data: { __typename: "Query" } },
      ]);
    }
  });
});
