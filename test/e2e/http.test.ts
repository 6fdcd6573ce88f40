import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { ME, newEmail, PASSWORD, SIGNUP, signedUp, signup } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";

describe("the HTTP edge", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  test("43: every GraphQL answer is no-store, and nosniff stands everywhere", async () => {
    const { headers } = await app.graphql(SIGNUP, {
      variables: { input: { email: newEmail(), password: PASSWORD } },
    });
    expect(headers.get("cache-control")).toBe("no-store");
    const answers = [
      await app.post("{"),
      await app.post(JSON.stringify({ query: "{ nothing }" })),
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
      const answer = await app.post(body, { "content-type": type });
      expect(answer.status).toBe(415);
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: "BAD_REQUEST" } }] });
    }
    expect((await fetch(`${app.url}/graphql?query=${encodeURIComponent(ME)}`)).status).toBe(400);
  });

  test("41: malformed JSON, a body too large and an unknown path answer JSON", async () => {
    const answers = [
      [await app.post('{"query": '), 400],
      [await app.post(""), 400],
      [await app.post(JSON.stringify({ query: `{ me { id } } # ${"x".repeat(70_000)}` })), 413],
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
    await probed.execute("delete from mikro_orm_migrations");
    expect(await statuses()).toEqual([200, 503]);
  });

  test("a stopping server finishes what is in flight, and tells newcomers and load balancers 503", async () => {
    const stopping = await TestApp.start({ ARGON2_MEMORY_KIB: "262144", ARGON2_ITERATIONS: "3" });
    const inFlight = signup(stopping);
    await delay(100);
    const closed = stopping.close();
    const [ready, newcomer] = await Promise.all([
      fetch(`${stopping.url}/ready`),
      stopping.post(JSON.stringify({ query: ME })),
    ]);
    expect([ready.status, newcomer.status]).toEqual([503, 503]);
    expect(await newcomer.json()).toMatchObject({
      errors: [{ extensions: { code: "SERVICE_UNAVAILABLE", retryAfter: 2 } }],
    });
    expect(newcomer.headers.get("retry-after")).toBe("2");
    expect((await inFlight).__typename).toBe("AuthPayload");
    await closed;
    await expect(fetch(`${stopping.url}/health`)).rejects.toThrow();
  });

  test("a start without migrations says what to do", async () => {
    await expect(TestApp.start({ MIGRATE_ON_START: "false" })).rejects.toThrow("npm run migrate");
  });
});
