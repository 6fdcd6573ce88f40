import type { Page } from "playwright-core";
import { eventually } from "../../support/eventually.js";
import { type Example, ExampleVisit, startExample } from "../../support/example-visit.js";
import { mutate } from "../../support/factor-journeys.js";
import { loggedIn } from "../../support/journeys.js";

const TABS = 5;

/** Runs in the page: hands on all that its scripts are answered. */
const NOTING_ANSWERS = `{
  const send = window.fetch;
  window.fetch = async (...request) => {
    const response = await send(...request);
    // A page that is left lets go of answers that are still coming in.
    response.clone().text().then(note, () => {});
    return response;
  };
}`;

const hasTokens = (answer: string): boolean => answer.includes('"refreshToken":null');

describe("the example and its tokens", () => {
  let example: Example;

  afterEach(() => example.close());

  async function begin(environment: Readonly<Record<string, string>> = {}): Promise<ExampleVisit> {
    example = await startExample(environment);
    return ExampleVisit.begin(example);
  }

  /** As many more tabs of the same browser, each at a page of the account. */
  async function openTabs(somebody: ExampleVisit, count: number): Promise<Page[]> {
    const tabs = await Promise.all(Array.from({ length: count }, () => somebody.visit.openTab()));
    await Promise.all(tabs.map((tab) => tab.goto(`${example.origin}/sessions`)));
    await Promise.all(tabs.map((tab) => tab.getByText("This is where you are now.").waitFor()));
    return tabs;
  }

  const operationsOf = (tab: Page, names: string[]) =>
    tab.on("request", (request) => {
      const name = /(?:query|mutation) (\w+)/.exec(request.postData() ?? "")?.[1];
      if (name !== undefined) names.push(name);
    });

  test("42: in cookie delivery no script ever sees the refresh token", async () => {
    const ivy = await begin();
    const answers: string[] = [];
    await ivy.page.exposeFunction("note", (answer: string) => answers.push(answer));
    await ivy.page.addInitScript(NOTING_ANSWERS);
    await ivy.signUp();
    await ivy.page.reload();
    await ivy.see("Profile");
    await ivy.press("Log out");
    await ivy.enterCredentials();
    await ivy.see("Profile");
    const cookies = await ivy.page.context().cookies();
    const token = cookies.find(({ name }) => name.endsWith("refresh"));
    expect(token).toMatchObject({ httpOnly: true, sameSite: "Strict" });
    const reachable = await ivy.visit.ask<string>(
      "JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }])",
    );
    // Signup, reload and login. What never comes in, nothing in the page's memory can hold.
    await eventually(() => (answers.filter(hasTokens).length === 3 ? true : undefined));
    for (const text of [...answers, reachable]) expect(text).not.toContain(token?.value);
    expect(answers.join()).not.toMatch(/"refreshToken":"/);
  });

  test("42: in body delivery it is kept where a reload finds it, and logging out takes it away", async () => {
    const ivy = await begin({ COOKIE_DELIVERY: "false" });
    await ivy.signUp();
    await ivy.page.reload();
    await ivy.see("Profile");
    expect(await ivy.visit.ask("JSON.stringify(localStorage)")).toContain("eyJ");
    await ivy.press("Log out");
    await ivy.see("Log in");
    expect(await ivy.visit.ask("JSON.stringify(localStorage)")).not.toContain("eyJ");
  });

  test("logging out in one tab logs out the others", async () => {
    const ivy = await begin();
    await ivy.signUp();
    const tabs = await openTabs(ivy, 2);
    await ivy.press("Log out");
    await ivy.see("Log in");
    for (const tab of tabs) {
      await tab.getByRole("heading", { name: "Log in" }).waitFor();
      expect(await tab.getByText("This is where you are now.").count()).toBe(0);
    }
  });

  test("five tabs whose tokens expire at once refresh once, and all show their data", async () => {
    const ivy = await begin();
    await ivy.signUp();
    const tabs = await openTabs(ivy, TABS);
    await ivy.page.close();
    example.app.advanceSeconds(901);
    const operations: string[] = [];
    for (const tab of tabs) operationsOf(tab, operations);
    await Promise.all(tabs.map((tab) => tab.getByRole("link", { name: "Activity" }).click()));
    await Promise.all(tabs.map((tab) => tab.getByText("The account was made").waitFor()));
    expect(operations.filter((name) => name === "RefreshTokens")).toHaveLength(1);
    expect(operations.filter((name) => name === "MySecurityEvents").length).toBeGreaterThan(TABS);
  });

  test("a session that was ended elsewhere ends here, and the page says so", async () => {
    const ivy = await begin();
    await ivy.signUp();
    const { accessToken } = await loggedIn(example.app, ivy.email);
    await mutate(example.app, accessToken, "revokeOtherSessions");
    await ivy.follow("Sessions");
    await ivy.see("Log in");
    await ivy.hear("You were logged out.");
    await ivy.enterCredentials();
    await ivy.see("Sessions");
    expect(await ivy.page.getByRole("status").textContent()).toBe("");
  });

  test("somebody else who logs in in another tab is shown nothing of the one before", async () => {
    const ivy = await begin();
    await ivy.signUp();
    const tab = await ivy.visit.openTab();
    await tab.goto(example.origin);
    await tab.getByText(`${ivy.email} (not confirmed)`).waitFor();
    await ivy.press("Log out");
    await tab.getByRole("heading", { name: "Log in" }).waitFor();
    // Whatever it shows from now on, it has from before.
    await tab.route("**/graphql", () => {});
    await ivy.follow("Sign up");
    await ivy.fill({ "Email address": `other.${ivy.email}`, Password: ivy.password });
    await ivy.press("Sign up");
    await tab.getByText("One moment…").waitFor();
    expect(await tab.getByText(ivy.email).count()).toBe(0);
    await tab.unrouteAll({ behavior: "ignoreErrors" });
    await tab.reload();
    await tab.getByText(`other.${ivy.email} (not confirmed)`).waitFor();
  });
});
