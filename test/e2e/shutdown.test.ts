import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ME, newEmail, PASSWORD, SIGNUP } from "../support/journeys.js";
import { beginPost, connectTo, JSON_TYPE, rawHead, rawPost, readToEnd } from "../support/raw-http.js";
import { killServers, ServerProcess } from "../support/server-process.js";
import { TestApp } from "../support/test-app.js";

describe("52: stopping", () => {
  afterAll(killServers);

  test("finishes what is in flight, also what is still being sent, and tells newcomers and load balancers 503", async () => {
    const stopping = await TestApp.start();
    const variables = { input: { email: newEmail(), password: PASSWORD } };
    const finish = await beginPost(stopping, JSON.stringify({ query: SIGNUP, variables }));
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
    expect(JSON.parse((await finish()).body).data.signup.__typename).toBe("AuthPayload");
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
    // By then the server knows of the others, too.
    await once(idle, "data");
    const start = performance.now();
    await app.close();
    expect(performance.now() - start).toBeLessThan(3000);
    expect((await ends).map((text) => text.slice(0, 12))).toEqual(["", "", "HTTP/1.1 200"]);
  });

  test("takes no longer than the grace, whatever slow clients do", async () => {
    const folder = mkdtempSync(join(tmpdir(), "latchkey-"));
    const server = await ServerProcess.start(folder, { SHUTDOWN_GRACE_SECONDS: "1" });
    const neverReading = connectTo(server).pause();
    neverReading.write(rawPost({ headers: { ...JSON_TYPE, connection: "keep-alive" } }).repeat(50_000));
    await beginPost(server);
    const start = performance.now();
    server.kill("SIGTERM");
    expect(await server.exit).toBe(0);
    expect(performance.now() - start).toBeLessThan(5000);
    expect(server.logLines.at(-1)?.msg).toBe("still busy after 1 seconds: stopping anyway");
    neverReading.destroy();
    rmSync(folder, { recursive: true });
  });
});
