import { connect } from "node:net";
import { TestApp } from "../support/test-app.js";

describe("the HTTP edge", () => {
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

  test("a start without migrations says what to do", async () => {
    await expect(TestApp.start({ MIGRATE_ON_START: "false" })).rejects.toThrow("npm run migrate");
  });
});
