import { Writable } from "node:stream";
import { createLogger } from "../../src/infra/logger.js";

describe("the log", () => {
  function log(write: (logger: ReturnType<typeof createLogger>) => void): string {
    let text = "";
    const destination = new Writable({
      write(chunk, _encoding, done) {
        text += chunk;
        done();
      },
    });
    write(createLogger({ logLevel: "info" }, destination));
    return text;
  }

  test("47: says what went wrong and where, and nothing that a driver hangs on its errors", () => {
    const error = Object.assign(new Error("duplicate key value"), {
      detail: "Key (email)=(ada@example.org) already exists.",
      parameters: ["hunter2"],
    });
    const line = JSON.parse(log((logger) => logger.error({ err: error }, "an unexpected error")));
    expect(line).toMatchObject({
      level: "error",
      msg: "an unexpected error",
      err: { message: "duplicate key value" },
    });
    expect(line.err.stack).toContain("logger.test");
    expect(Object.keys(line.err).sort()).toEqual(["message", "stack", "type"]);
  });

  test("47: is one line of JSON for each entry, whatever is in it", () => {
    const text = log((logger) => logger.info('a\n{"level":"fatal"}\r\u2028\u001b[31m'));
    expect(text.trimEnd().split("\n")).toHaveLength(1);
    expect(JSON.parse(text).level).toBe("info");
  });
});
