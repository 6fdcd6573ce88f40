import type { BrowserContextOptions } from "playwright-core";
import { type StubbedAnswer, Visit } from "../../support/browser.js";
import { CONTRASTS, type Contrasts, OVERFLOWING } from "../../support/page-measures.js";
import { TestApp } from "../../support/test-app.js";

const outcome = (fields: object) => ({ body: { data: { outcome: fields } } });
const VERIFY = "/verify-email?token=x";
const RESET = "/reset-password?token=x";
const FAULT = { __typename: "InvalidInput", fields: [{ field: "newPassword", code: "CONTAINS_IDENTITY" }] };

interface State {
  readonly name: string;
  readonly path: string;
  readonly answer?: StubbedAnswer;
}

/** Every state that a page can be in: where, and what the press of its button is answered with. */
const STATES: readonly State[] = [
  { name: "verification", path: VERIFY },
  {
    name: "verified",
    path: VERIFY,
    answer: outcome({ __typename: "EmailVerified", email: `${"x".repeat(60)}@example.org` }),
  },
  { name: "refused", path: VERIFY, answer: outcome({ __typename: "InvalidToken", reason: "REVOKED" }) },
  { name: "reset", path: RESET },
  { name: "faulty", path: RESET, answer: outcome(FAULT) },
  { name: "busy", path: RESET, answer: { body: { errors: [{ extensions: { retryAfter: 2 } }] } } },
  { name: "incomplete", path: "/reset-password" },
];

describe("the pages, however they are looked at", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  async function shown(path: string, answer?: StubbedAnswer, options?: BrowserContextOptions) {
    const visit = await Visit.begin(app.url, options);
    if (answer !== undefined) await visit.stub(answer);
    await visit.page.goto(app.url + path);
    if (answer === undefined) return visit;
    if (path === RESET) await visit.page.locator("#password").fill("a password");
    await visit.page.locator("#button").click();
    await visit.page.locator("#message:not(:empty), #fault:not(:empty)").last().waitFor();
    await visit.page.locator("#button:not([aria-busy=true])").waitFor({ state: "attached" });
    return visit;
  }

  test.each(STATES)("$name: can be read in the light and in the dark", async ({ path, answer }) => {
    const grounds = [];
    const visit = await shown(path, answer);
    for (const colorScheme of ["light", "dark"] as const) {
      await visit.page.emulateMedia({ colorScheme });
      const { readable, text, edge } = await visit.ask<Contrasts>(CONTRASTS);
      expect(readable).toBeGreaterThanOrEqual(3);
      expect(text).toBeGreaterThanOrEqual(4.5);
      expect(edge).toBeGreaterThanOrEqual(3);
      grounds.push(await visit.ask("getComputedStyle(document.body).backgroundColor"));
    }
    expect(new Set(grounds).size).toBe(2);
  });

  test.each(STATES)(
    "$name: fits 320 pixels, and text of twice the size, in German too",
    async ({ path, answer }) => {
      const viewport = { width: 320, height: 568 };
      const visit = await shown(path, answer, { viewport, locale: "de-AT" });
      expect(await visit.page.locator("html").getAttribute("lang")).toBe("de");
      expect(await visit.ask(OVERFLOWING)).toEqual([]);
      await visit.ask("document.documentElement.style.fontSize = '200%'");
      expect(await visit.ask("getComputedStyle(document.getElementById('heading')).fontSize")).toBe("48px");
      expect(await visit.ask(OVERFLOWING)).toEqual([]);
    },
  );

  test("are to a screen reader what they are to the eye", async () => {
    const visit = await shown(RESET, outcome(FAULT));
    expect(await visit.page.locator("body").ariaSnapshot()).toBe(
      `
- paragraph: latchkey.test
- main:
  - heading "Choose a new password" [level=1]
  - paragraph: You will be logged out everywhere, and then log in with the new password.
  - text: New password
  - paragraph: At least 8 characters. Several words in a row are easy to remember.
  - textbox "New password" [invalid]: a password
  - alert: Leave out your address, your username and the name of this product.
  - checkbox "Show password"
  - text: Show password
  - button "Change password"
  - status`.trimStart(),
    );
  });

  test("what can be pressed is large enough for a finger", async () => {
    const visit = await shown(RESET);
    for (const selector of ["#password", ".choice", "#button"]) {
      expect((await visit.page.locator(selector).boundingBox())?.height).toBeGreaterThanOrEqual(40);
    }
  });
});
