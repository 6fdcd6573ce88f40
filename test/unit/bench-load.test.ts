import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { applyLoad } from "../../bench/load.js";
import { listenLocally } from "../support/local-port.js";

const request = (path: string, expects = "fine") => ({ method: "GET", path, headers: {}, expects }) as const;

describe("the load generator", () => {
  const asked: string[] = [];
  let url = "";
  const server = createServer((incoming, answer) => {
    const { url: path = "", headers } = incoming;
    asked.push(path);
    answer.statusCode = path === "/refused" || headers.host !== new URL(url).host ? 500 : 200;
    answer.setHeader("X-Next", `${path}+`);
    const end = () => answer.end(path === "/empty" ? "" : "all fine");
    if (path === "/late") setTimeout(end, 20);
    else end();
  });

  beforeAll(async () => {
    url = `http://127.0.0.1:${await listenLocally(server)}`;
  });
  beforeEach(() => {
    asked.length = 0;
  });
  afterAll(() => server.close());

  test("repeats what it is given, and counts answers after a lead", async () => {
    const { answers, rate, p50, p99 } = await applyLoad({
      url,
      seconds: 1,
      connections: 2,
      ask: (connection) => [request(`/${connection}/a`), request(`/${connection}/b`)],
    });
    expect(new Set(asked)).toEqual(new Set(["/0/a", "/0/b", "/1/a", "/1/b"]));
    // What was answered in the first of two seconds is not counted.
    expect(answers / asked.length).toBeGreaterThan(0.1);
    expect(answers / asked.length).toBeLessThan(0.9);
    expect(answers).toBeGreaterThan(10);
    expect(rate).toBeLessThanOrEqual(answers);
    expect(p99).toBeGreaterThanOrEqual(p50);
  });

  test("asks next what follows from the answer before", async () => {
    let next = "/start";
    await applyLoad({
      url,
      seconds: 1,
      connections: 1,
      ask: () => ({
        next: () => request(next),
        take({ headers }) {
          // Not too long for a path, at so many a second.
          next = next.length > 100 ? "/end" : String(headers["x-next"]);
        },
      }),
    });
    const chain = asked.filter((path) => path.startsWith("/start"));
    expect(chain.slice(0, 4)).toEqual(["/start", "/start+", "/start++", "/start+++"]);
  });

  test.each([
    { staysAwake: true, idle: "never" },
    { staysAwake: false, idle: "while it waits" },
  ])("is idle $idle when it stays awake: $staysAwake", async ({ staysAwake }) => {
    const before = performance.eventLoopUtilization();
    await applyLoad({ url, seconds: 1, connections: 1, staysAwake, ask: () => [request("/late")] });
    const { utilization } = performance.eventLoopUtilization(before);
    if (staysAwake) expect(utilization).toBeGreaterThan(0.9);
    else expect(utilization).toBeLessThan(0.8);
    // It sleeps again.
    const after = performance.eventLoopUtilization();
    await delay(200);
    expect(performance.eventLoopUtilization(after).utilization).toBeLessThan(0.8);
  });

  test.each([
    ["/refused", /GET \/refused was answered with 500 all fine/],
    ["/empty", /GET \/empty was answered with 200/],
  ])("makes no figure of %s, and does not go on", async (path, message) => {
    const startedAt = performance.now();
    const load = applyLoad({
      url,
      seconds: 30,
      connections: 1,
      ask: () => [request("/good"), request(path)],
    });
    await expect(load).rejects.toThrow(message);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  test("makes no figure of answers that cannot be gone on from", async () => {
    const take = () => {
      throw new Error("No session");
    };
    const load = applyLoad({
      url,
      seconds: 30,
      connections: 1,
      ask: () => ({ next: () => request("/good"), take }),
    });
    await expect(load).rejects.toThrow("No session");
  });

  test("makes no figure of connections that break", async () => {
    const gone = createServer();
    const port = await listenLocally(gone);
    await new Promise((resolve) => gone.close(resolve));
    const load = applyLoad({
      url: `http://127.0.0.1:${port}`,
      seconds: 1,
      connections: 1,
      ask: () => [request("/")],
    });
    await expect(load).rejects.toThrow(/connections broke/);
  });
});
