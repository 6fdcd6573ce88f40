import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ME, signup } from "../support/journeys.js";
import { connectTo, JSON_TYPE, QUERY_BODY, rawHead, rawPost, readToEnd } from "../support/raw-http.js";
import { killServers, ServerProcess } from "../support/server-process.js";
import { TestApp } from "../support/test-app.js";

describe("52: stopping", () => {
  afterAll(killServers);

  const uploading = rawHead("POST /graphql", { ...JSON_TYPE, "content-length": String(QUERY_BODY.length) });

  test("finishes what is in flight, and tells newcomers and load balancers 503", async () => {
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

  test("waits for no client that has nothing under way, or only half of its headers", async () => {
    const app = await TestApp.start();
    const silent = connectTo(app);
    const slowloris = connectTo(app);
    slowloris.write("GET /health HTTP/1.1\r\nx: ");
    const idle = connectTo(app);
    idle.write(rawHead("GET /health", { connection: "keep-alive" }));
    const ends = Promise.all([silent, slowloris, idle].map(readToEnd));
    await delay(200);
    const start = performance.now();
    await app.close();
    expect(performance.now() - start).toBeLessThan(3000);
    expect((await ends).map((text) => text.slice(0, 12))).toEqual(["", "", "HTTP/1.1 200"]);
  });

  test("lets a client finish the body it is sending, and answers it", async () => {
    const app = await TestApp.start();
    const socket = connectTo(app);
    socket.write(uploading);
    const end = readToEnd(socket);
    await delay(200);
    const closed = app.close();
    await delay(200);
    socket.write(QUERY_BODY);
    expect(await end).toContain('{"data":{"__typename":"Query"}}');
    await closed;
  });

  test("takes no longer than the grace, whatever slow clients do", async () => {
    const folder = mkdtempSync(join(tmpdir(), "latchkey-"));
    const server = await ServerProcess.start(folder, { SHUTDOWN_GRACE_SECONDS: "1" });
    const uploader = connectTo(server);
    uploader.write(uploading);
    const neverReading = connectTo(server).pause();
    neverReading.write(rawPost({ headers: { ...JSON_TYPE, connection: "keep-alive" } }).repeat(50_000));
    await delay(300);
    const start = performance.now();
    server.kill("SIGTERM");
    expect(await server.exit).toBe(0);
    expect(performance.now() - start).toBeLessThan(5000);
    expect(server.logLines.at(-1)?.msg).toBe("still busy after 1 seconds: stopping anyway");
    uploader.destroy();
    neverReading.destroy();
    rmSync(folder, { recursive: true });
  });
});
