import { connect } from "node:net";
import { databaseFaultOf } from "../../src/database/faults.js";

describe("the faults of a database", () => {
  const withCode = (code: unknown, message = "") => Object.assign(new Error(message), { code });

  test.each([
    ["40001", "CONFLICT"],
    ["40P01", "CONFLICT"],
    ["57P01", "CONNECTION_LOST"],
    ["08006", "CONNECTION_LOST"],
    ["ECONNRESET", "CONNECTION_LOST"],
    ["57P03", "UNAVAILABLE"],
    ["53300", "UNAVAILABLE"],
    ["28P01", "UNAVAILABLE"],
    ["55P03", "UNAVAILABLE"],
    ["25006", "UNAVAILABLE"],
    ["SQLITE_BUSY", "UNAVAILABLE"],
    ["SQLITE_BUSY_SNAPSHOT", "UNAVAILABLE"],
    ["SQLITE_IOERR_WRITE", "UNAVAILABLE"],
    ["SQLITE_FULL", "UNAVAILABLE"],
    ["23505", null],
    ["42P01", null],
    ["SQLITE_CONSTRAINT_UNIQUE", null],
    ["SQLITE_ERROR", null],
    ["ERR_INVALID_ARG_TYPE", null],
    ["53", null],
    [undefined, null],
    [8006, null],
  ])("by code %j: %j", (code, fault) => {
    expect(databaseFaultOf(withCode(code))).toBe(fault);
  });

  test.each([
    ["Connection terminated unexpectedly", "CONNECTION_LOST"],
    ["Query read timeout", "UNAVAILABLE"],
    ["timeout exceeded when trying to connect", "UNAVAILABLE"],
    ["something else", null],
  ])("by message %j: %j", (message, fault) => {
    expect(databaseFaultOf(new Error(message))).toBe(fault);
  });

  test("of a real refused connection: UNAVAILABLE", async () => {
    const socket = connect({ host: "localhost", port: 1 });
    const error = await new Promise((resolve) => socket.once("error", resolve));
    expect(databaseFaultOf(error)).toBe("UNAVAILABLE");
  });

  test("are errors, nothing else", () => {
    for (const thrown of [undefined, null, "40001", { code: "40001" }])
      expect(databaseFaultOf(thrown)).toBeNull();
  });
});
