import { jest } from "@jest/globals";
import { login, newEmail, PASSWORD } from "../support/journeys.js";
import { TerminalProcess } from "../support/terminal.js";
import { TestApp } from "../support/test-app.js";
import { commandEnvironment } from "../support/user-files.js";

// Each test runs a process that a person types into.
jest.setTimeout(90_000);

describe("create-admin at a terminal", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.startDurable();
  });

  const rowOf = async (email: string) =>
    (await app.execute(`select * from users where email = '${email}'`))[0];

  const RESTORED = / icanon [\s\S]* echo /;
  const askFor = (email: string) =>
    new TerminalProcess(["create-admin", "--email", email], commandEnvironment(app));

  test("47: asks twice, and what is typed or pasted never shows", async () => {
    const email = newEmail();
    const terminal = askFor(email);
    await terminal.typeAfter("Password: ", "korrect\x7f\x7f\x7f\x7f\x7f\x7f\x7f");
    await terminal.typeAfter("Password: ", `\x1b[200~${PASSWORD}\x1b[201~\r`);
    await terminal.typeAfter("Once more: ", `${PASSWORD}\r`);
    expect(await terminal.exit).toBe(0);
    expect(terminal.screen).toContain(`${email} is an administrator`);
    for (const word of PASSWORD.split(" ")) expect(terminal.screen).not.toContain(word);
    expect(terminal.screen).not.toContain("korrect");
    expect(terminal.screen).toMatch(RESTORED);
    expect((await login(app, email)).user.role).toBe("ADMIN");
  });

  test("two that differ make nothing", async () => {
    const email = newEmail();
    const terminal = askFor(email);
    await terminal.typeAfter("Password: ", `${PASSWORD}\r`);
    await terminal.typeAfter("Once more: ", `${PASSWORD}!\r`);
    expect(await terminal.exit).toBe(1);
    expect(terminal.screen).toContain("passwordConfirmation: The passwords do not match.");
    expect(await rowOf(email)).toBeUndefined();
  });

  test("Ctrl-C ends it, with the terminal as it was and nothing done", async () => {
    const email = newEmail();
    const terminal = askFor(email);
    await terminal.typeAfter("Password: ", "half a passw\x03");
    expect(await terminal.exit).toBe(1);
    expect(terminal.screen).toContain("Cancelled: nothing was done.");
    expect(terminal.screen).not.toContain("half");
    expect(terminal.screen).toMatch(RESTORED);
    expect(await rowOf(email)).toBeUndefined();
  });
});
