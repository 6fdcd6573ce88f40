import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "../../support/eventually.js";
import { ME, signedUp } from "../../support/journeys.js";
import { connectTo, JSON_TYPE, parseAnswer, rawHead, rawPost, readToEnd } from "../../support/raw-http.js";
import { TestApp } from "../../support/test-app.js";

const LIMITS = {
  headersTimeoutMs: 500,
  requestTimeoutMs: 1000,
  keepAliveTimeoutMs: 1000,
  inactivityTimeoutMs: 2000,
  checkIntervalMs: 50,
};
/** Far beyond all of them, and below what they are without being set. */
const SOON_MS = 12_000;

const STILL_OPEN = "still open";
const lengthHead = rawHead("POST /graphql", {
  ...JSON_TYPE,
  "content-length": "1000",
  connection: "keep-alive",
});
const chunkedHead = rawHead("POST /graphql", { ...JSON_TYPE, "transfer-encoding": "chunked" });
const goodRequest = rawPost({ headers: { ...JSON_TYPE, connection: "keep-alive" } });

/** How the server ends a connection. */
const endOf = (socket: Socket): Promise<string> =>
  Promise.race([readToEnd(socket), delay(SOON_MS, STILL_OPEN, { ref: false })]);

function drip(socket: Socket, start: string, drop: string): void {
  socket.write(start);
  const timer = setInterval(() => socket.write(drop), 50);
  socket.on("close", () => clearInterval(timer));
}

describe("slow clients", () => {
  let app: TestApp;
  let token: string;

  beforeAll(async () => {
    const patient = await TestApp.startDurable();
    token = (await signedUp(patient)).accessToken;
    app = await patient.startAnother({}, { connectionLimits: LIMITS });
  });

  /** While that goes on, somebody else asks who they are, again and again. */
  async function undisturbedBy(work: Promise<unknown>, on = app, bearer = token): Promise<void> {
    const durationsMs: number[] = [];
    let isOver = false;
    const over = work.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      const start = performance.now();
      expect((await on.graphql(ME, { token: bearer })).body.data.me.id).toEqual(expect.any(String));
      durationsMs.push(performance.now() - start);
      await delay(5);
    }
    await over;
    const median = durationsMs.sort((a, b) => a - b)[durationsMs.length >> 1];
    expect(median).toBeLessThan(250);
  }

  const BEHAVIOURS: Readonly<Record<string, (socket: Socket) => void>> = {
    "say nothing": () => {},
    "send a header byte by byte (slowloris)": (socket) => drip(socket, "GET / HTTP/1.1\r\nx: ", "x"),
    "send headers one by one": (socket) => drip(socket, "GET / HTTP/1.1\r\n", "x: x\r\n"),
    "send a body byte by byte": (socket) => drip(socket, lengthHead, " "),
    "send chunk after chunk": (socket) => drip(socket, chunkedHead, "1\r\n \r\n"),
    "send no body": (socket) => socket.write(lengthHead),
    "begin a second request after a good first": (socket) =>
      drip(socket, `${goodRequest}GET / HTTP/1.1\r\nx: `, "x"),
  };

  test.each(Object.entries(BEHAVIOURS))(
    "sixty that %s are told 408 in JSON and cut off",
    async (_name, behave) => {
      const ends = Array.from({ length: 60 }, () => {
        const socket = connectTo(app);
        behave(socket);
        return endOf(socket);
      });
      await undisturbedBy(Promise.all(ends));
      for (const end of await Promise.all(ends)) {
        const { status, headers, body } = parseAnswer(end.slice(end.lastIndexOf("HTTP/1.1 ")));
        expect([status, headers.get("content-type")]).toEqual([408, "application/json; charset=utf-8"]);
        expect(JSON.parse(body).errors[0].extensions.code).toBe("BAD_REQUEST");
      }
    },
  );

  test("who sends no whole request stands in the log as told so, not as having hung up", async () => {
    const socket = connectTo(app);
    socket.write(lengthHead);
    expect(await endOf(socket)).toMatch(/^HTTP\/1\.1 408 /);
    const line = await eventually(() => app.logLines.findLast((text) => text.includes('"status":408')));
    expect(JSON.parse(line)).toMatchObject({ route: "/graphql", outcome: "BAD_REQUEST" });
  });

  test("who does not hang up after that, and goes on sending, is hung up on", async () => {
    const socket = connect({ port: Number(new URL(app.url).port), host: "127.0.0.1", allowHalfOpen: true });
    socket.on("error", () => {});
    drip(socket, "GET / HTTP/1.1\r\nx: ", "x");
    expect(await endOf(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  test("hundreds of idle connections are closed without a word once they have been idle for long enough", async () => {
    const ends = Array.from({ length: 400 }, () => {
      const socket = connectTo(app);
      socket.write(rawHead("GET /health", { connection: "keep-alive" }));
      return endOf(socket);
    });
    await undisturbedBy(Promise.all(ends));
    for (const end of await Promise.all(ends)) {
      expect(end).toMatch(/^HTTP\/1\.1 200 /);
      expect(end.endsWith('{"status":"ok"}')).toBe(true);
    }
  });

  test("who does not read the answers is cut off, and they do not pile up", async () => {
    // Only the limit on inactivity is left to end it.
    const patient = await TestApp.startDurable();
    const { accessToken } = await signedUp(patient);
    const limits = { ...LIMITS, headersTimeoutMs: 20_000, requestTimeoutMs: 20_000 };
    const app = await patient.startAnother({}, { connectionLimits: limits });
    const requests = rawHead("GET /graphql", { accept: "text/html", connection: "keep-alive" }).repeat(
      10_000,
    );
    const before = process.memoryUsage().rss;
    let peak = before;
    // Read, the pages would be 140 MB for each.
    const ends = Array.from({ length: 5 }, async () => {
      const socket = connectTo(app).pause();
      socket.write(requests);
      const closed = new Promise((resolve) => socket.on("close", () => resolve("closed")));
      // Whoever reads nothing learns of the end by writing.
      const timer = setInterval(() => {
        socket.write("x");
        peak = Math.max(peak, process.memoryUsage().rss);
      }, 100);
      const end = await Promise.race([closed, delay(SOON_MS, STILL_OPEN, { ref: false })]);
      clearInterval(timer);
      return end;
    });
    await undisturbedBy(Promise.all(ends), app, accessToken);
    expect(await Promise.all(ends)).toEqual(ends.map(() => "closed"));
    expect(peak - before).toBeLessThan(350e6);
  });
});
