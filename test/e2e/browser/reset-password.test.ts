import { type StubbedAnswer, Visit } from "../../support/browser.js";
import { TestApp } from "../../support/test-app.js";

const TOKEN = "a-token.of~a-mail_link";
const PASSWORD = "  correct horse battery ";
const CHANGED = { body: { data: { outcome: { __typename: "PasswordChanged" } } } };
const faulty = (code: string) => ({
  body: {
    data: {
      outcome: {
        __typename: "InvalidInput",
        fields: [{ field: "newPassword", code, message: "As the server says." }],
      },
    },
  },
});

describe("the page that resets a password", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ PASSWORD_MIN_LENGTH: "15" });
  });

  async function opened(...answers: readonly StubbedAnswer[]): Promise<Visit> {
    const visit = await Visit.begin(app.url);
    await visit.stub(...answers);
    await visit.page.goto(`${app.url}/reset-password?token=${TOKEN}`);
    return visit;
  }

  const field = ({ page }: Visit) => page.getByLabel("New password", { exact: true });
  const button = ({ page }: Visit) => page.getByRole("button", { name: "Change password" });
  const succeeded = ({ page }: Visit) => page.getByRole("heading", { name: "Password changed" }).waitFor();

  test("works with the keyboard alone, shows where it is, and sends the password untouched", async () => {
    const visit = await opened(CHANGED);
    const { keyboard } = visit.page;
    const places = [];
    for (const key of ["Tab", "Tab", "Tab"]) {
      await keyboard.press(key);
      places.push([
        await visit.focused(),
        await visit.ask("getComputedStyle(document.activeElement).outlineStyle"),
      ]);
    }
    expect(places).toEqual([
      ["password", "solid"],
      ["show", "solid"],
      ["button", "solid"],
    ]);
    await keyboard.press("Shift+Tab");
    await keyboard.press("Shift+Tab");
    await keyboard.type(PASSWORD);
    await keyboard.press("Enter");
    await succeeded(visit);
    expect(visit.sent).toMatchObject([{ variables: { token: TOKEN, newPassword: PASSWORD } }]);
    expect(await visit.focused()).toBe("message");
    expect(await visit.page.getByRole("status").textContent()).toBe(
      "All sessions were ended. You can now log in with your new password.",
    );
    expect(await visit.ask("document.getElementById('password').value")).toBe("");
  });

  test("tells password managers and screen readers what the field is for", async () => {
    const visit = await opened(CHANGED);
    expect(await field(visit).getAttribute("autocomplete")).toBe("new-password");
    expect(await field(visit).getAttribute("minlength")).toBe("15");
    expect(await field(visit).getAttribute("maxlength")).toBeNull();
    expect(await field(visit).ariaSnapshot()).toContain('textbox "New password"');
    expect(await visit.page.getByText("At least 15 characters.").isVisible()).toBe(true);
  });

  test.each([
    ["TOO_SHORT", "This is too short. Use at least 15 characters."],
    ["TOO_LONG", "This is too long. Use at most 256 characters."],
    ["COMMON_PASSWORD", "Many people use this password, so it is easy to guess. Choose another."],
    ["CONTAINS_IDENTITY", "Leave out your address, your username and the name of this product."],
    ["REQUIRED", "Enter a password."],
    ["MALFORMED", "It contains characters that cannot be used. Type it again."],
    ["SOMETHING_NEW", "As the server says."],
  ])("a password that is %s: says so beside the field, and goes there", async (code, text) => {
    const visit = await opened(faulty(code), CHANGED);
    await field(visit).fill("x");
    await button(visit).click();
    await visit.page.getByText(text).waitFor();
    expect(await visit.focused()).toBe("password");
    expect(await field(visit).getAttribute("aria-invalid")).toBe("true");
    const describedBy = (await field(visit).getAttribute("aria-describedby"))?.split(" ") ?? [];
    expect(describedBy).toContain(await visit.page.getByText(text).getAttribute("id"));
    await field(visit).fill(PASSWORD);
    await button(visit).click();
    await succeeded(visit);
    expect(visit.sent.map(({ variables }) => variables.newPassword)).toEqual(["x", PASSWORD]);
  });

  test("nothing entered needs no server to be refused", async () => {
    const visit = await opened(CHANGED);
    await button(visit).click();
    await visit.page.getByText("Enter a password.").waitFor();
    expect(await visit.focused()).toBe("password");
    expect(visit.sent).toEqual([]);
  });

  const busy = (retryAfter: number) => ({
    body: { errors: [{ message: "Try again.", extensions: { code: "SERVICE_UNAVAILABLE", retryAfter } }] },
  });
  test.each([
    ["no answer", null, "No answer came. Check your connection and try again."],
    ["a page of a proxy", { status: 502, body: "<h1>Bad Gateway</h1>" }, "Something went wrong on our side."],
    ["null", { body: null }, "Something went wrong on our side."],
    ["an error", { body: { data: null, errors: [{ message: "Internal server error" }] } }, "on our side"],
    ["too busy", busy(1), "Too much is going on here right now. Try again in 1 second."],
    ["stopping", { status: 503, ...busy(5) }, "Try again in 5 seconds."],
    ["limited", busy(850), "Try again in 15 minutes."],
  ])("%s: says so, and the same link and password can be sent again", async (_name, answer, text) => {
    const visit = await opened(answer, CHANGED);
    await field(visit).fill(PASSWORD);
    await button(visit).click();
    await visit.page.getByRole("status").getByText(text).waitFor();
    visit.forgive(/^Failed to load resource|^50[23] for/);
    expect(await visit.focused()).toBe("button");
    expect(await button(visit).getAttribute("aria-disabled")).toBe("false");
    await visit.page.keyboard.press("Enter");
    await succeeded(visit);
    expect(visit.sent).toHaveLength(2);
    expect(visit.sent[1]?.variables).toEqual({ token: TOKEN, newPassword: PASSWORD });
  });

  test.each(["EXPIRED", "USED", "REVOKED", "MALFORMED"])(
    "a token that is %s ends the page",
    async (reason) => {
      const visit = await opened({ body: { data: { outcome: { __typename: "InvalidToken", reason } } } });
      await field(visit).fill(PASSWORD);
      await button(visit).click();
      await visit.page.getByRole("heading", { name: /^This link/ }).waitFor();
      expect(await visit.page.getByRole("status").textContent()).toMatch(/ask for a new/i);
      expect(await field(visit).isVisible()).toBe(false);
    },
  );

  test("shows the password where wanted, and hides it again before it is sent", async () => {
    const visit = await opened(faulty("TOO_SHORT"));
    const toggle = visit.page.getByRole("checkbox", { name: "Show password" });
    await field(visit).fill("shown");
    await toggle.press("Space");
    expect(await field(visit).getAttribute("type")).toBe("text");
    await toggle.press("Space");
    expect(await field(visit).getAttribute("type")).toBe("password");
    await toggle.check();
    await button(visit).click();
    await visit.page.getByText("This is too short.").waitFor();
    expect(await field(visit).getAttribute("type")).toBe("password");
    expect(await toggle.isChecked()).toBe(false);
  });

  test("a double click sends once", async () => {
    const visit = await opened(CHANGED);
    await field(visit).fill(PASSWORD);
    const answer = visit.holdAnswers();
    await button(visit).dblclick();
    answer();
    await succeeded(visit);
    expect(visit.sent).toHaveLength(1);
  });
});
