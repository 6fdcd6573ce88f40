import { MUTATIONS } from "../../../src/http/pages.route.js";
import { type StubbedAnswer, Visit } from "../../support/browser.js";
import { TestApp } from "../../support/test-app.js";

const TOKEN = "a-token.of~a-mail_link";
const CONFIRMED = { body: { data: { outcome: { __typename: "EmailVerified", email: "ada@example.org" } } } };
const refused = (reason: string) => ({
  body: { data: { outcome: { __typename: "InvalidToken", reason } } },
});

describe("the page that confirms an address", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  async function opened(answer: StubbedAnswer, query = `?token=${TOKEN}`): Promise<Visit> {
    const visit = await Visit.begin(app.url);
    await visit.stub(answer);
    await visit.page.goto(`${app.url}/verify-email${query}`);
    return visit;
  }

  const confirm = ({ page }: Visit) => page.getByRole("button", { name: "Confirm this address" });
  const status = ({ page }: Visit) => page.getByRole("status");

  test("33: sends the token when the button is pressed, and not before", async () => {
    const visit = await opened(CONFIRMED);
    await visit.page.mouse.move(200, 200);
    await visit.page.reload();
    await visit.page.waitForTimeout(300);
    expect(visit.sent).toEqual([]);
    await confirm(visit).click();
    await visit.page.getByRole("heading", { name: "Address confirmed" }).waitFor();
    expect(visit.sent).toMatchObject([{ url: `${app.url}/graphql`, variables: { token: TOKEN } }]);
    expect(visit.sent[0]?.headers["content-type"]).toBe("application/json");
  });

  test("says which address was confirmed, in the title too, and takes the focus there", async () => {
    const visit = await opened(CONFIRMED);
    expect(await visit.page.title()).toBe("Confirm your email address");
    await confirm(visit).press("Enter");
    await visit.page.getByText("ada@example.org is confirmed. You can close this page.").waitFor();
    expect(await visit.page.title()).toBe("Address confirmed");
    expect(await visit.focused()).toBe("message");
    expect(await confirm(visit).isVisible()).toBe(false);
  });

  test("a second click sends nothing", async () => {
    const visit = await opened(CONFIRMED);
    const answer = visit.holdAnswers();
    await confirm(visit).dblclick();
    expect(await confirm(visit).getAttribute("aria-busy")).toBe("true");
    await confirm(visit).press("Enter");
    answer();
    await visit.page.getByRole("heading", { name: "Address confirmed" }).waitFor();
    expect(visit.sent).toHaveLength(1);
  });

  test.each([
    ["EXPIRED", "This link has expired"],
    ["USED", "This link was used before"],
    ["REVOKED", "This link is no longer valid"],
    ["MALFORMED", "This link does not work"],
    ["SOMETHING_NEW", "This link does not work"],
  ])("a token that is %s: %s, and what to do", async (reason, heading) => {
    const visit = await opened(refused(reason));
    await confirm(visit).click();
    await visit.page.getByRole("heading", { name: heading }).waitFor();
    expect(await status(visit).textContent()).toMatch(/Log in|log in|ask for a new/);
    expect(await visit.focused()).toBe("message");
    expect(await confirm(visit).isVisible()).toBe(false);
  });

  test("47: the token leaves the address bar, and a reload and the way back still know it", async () => {
    const visit = await opened(CONFIRMED);
    expect(visit.page.url()).toBe(`${app.url}/verify-email`);
    await visit.page.reload();
    await visit.page.goto(`${app.url}/reset-password?token=another`);
    await visit.page.goBack();
    await confirm(visit).click();
    await visit.page.getByRole("heading", { name: "Address confirmed" }).waitFor();
    expect(visit.sent.map(({ variables }) => variables.token)).toEqual([TOKEN]);
  });

  test("whoever reloads after it sees again how it ended, and the spent token is forgotten", async () => {
    const visit = await opened(CONFIRMED);
    await confirm(visit).click();
    await visit.page.getByRole("heading", { name: "Address confirmed" }).waitFor();
    await visit.page.reload();
    expect(await status(visit).textContent()).toContain("ada@example.org");
    expect(await confirm(visit).isVisible()).toBe(false);
    expect(await visit.ask("JSON.stringify(history.state)")).not.toContain(TOKEN);
  });

  test.each(["", "?token=", "?tok=abc"])("says that a link with %j is incomplete", async (query) => {
    const visit = await opened(CONFIRMED, query);
    expect(await visit.page.getByRole("heading").textContent()).toBe("This link is incomplete");
    expect(await confirm(visit).isVisible()).toBe(false);
  });

  test("neither the link nor the answer can bring markup into the page", async () => {
    const email = `"<img src=x onerror=alert(1)>$&"@example.org`;
    const visit = await opened(
      { body: { data: { outcome: { __typename: "EmailVerified", email } } } },
      `?token=${encodeURIComponent("<script>alert(1)</script>")}#<img src=x>`,
    );
    await confirm(visit).click();
    await visit.page.getByRole("heading", { name: "Address confirmed" }).waitFor();
    expect(await status(visit).textContent()).toContain(email);
    expect(await visit.ask("document.querySelectorAll('img, script').length")).toBe(2);
  });

  test("without JavaScript it says what it needs, and offers nothing that would not work", async () => {
    const visit = await Visit.begin(app.url, { javaScriptEnabled: false });
    await visit.page.goto(`${app.url}/verify-email?token=${TOKEN}`);
    const advice = visit.page.locator("noscript p");
    expect(await advice.isVisible()).toBe(true);
    expect(await advice.textContent()).toContain("This page needs JavaScript.");
    expect(await confirm(visit).isVisible()).toBe(false);
  });

  test("sends what the contract has", async () => {
    const visit = await Visit.begin(app.url);
    const bodies: unknown[] = [];
    await visit.page.route("**/graphql", (route) => {
      bodies.push(route.request().postDataJSON());
      return route.fulfill({ json: CONFIRMED.body });
    });
    await visit.page.goto(`${app.url}/verify-email?token=${TOKEN}`);
    await confirm(visit).click();
    await visit.page.getByRole("heading", { name: "Address confirmed" }).waitFor();
    expect(bodies).toEqual([{ query: MUTATIONS.verifyEmail, variables: { token: TOKEN } }]);
  });
});
