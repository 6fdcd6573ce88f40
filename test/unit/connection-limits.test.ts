import type { Server } from "node:http";
import { pino } from "pino";
import { loadConfig } from "../../src/config/config.js";
import { CONNECTION_LIMITS } from "../../src/http/connection-limits.js";
import { createHttpServer } from "../../src/http/server.js";

describe("the limits of a connection", () => {
  test("are those that README names, and hold within a second or so", async () => {
    const http = createHttpServer(loadConfig({ NODE_ENV: "test" }), {
      logger: pino({ enabled: false }),
      finish() {},
    });
    const server = http.server as Server & { readonly connectionsCheckingInterval: number };
    expect(server).toMatchObject({
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 72_000,
      timeout: 60_000,
      connectionsCheckingInterval: 1000,
    });
    expect(Object.isFrozen(CONNECTION_LIMITS)).toBe(true);
    await http.close();
  });
});
