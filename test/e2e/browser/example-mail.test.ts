import { type Example, ExampleVisit, startExample } from "../../support/example-visit.js";

const VERIFY_LINK = /\/verify-email\?/;

describe("the example and its mails", () => {
  let example: Example;

  afterEach(() => example.close());

  async function begin(environment: Readonly<Record<string, string>> = {}): Promise<ExampleVisit> {
    example = await startExample(environment);
    return ExampleVisit.begin(example);
  }

  test("where addresses have to be confirmed, the signup ends at the mailbox and the login begins there", async () => {
    const max = await begin({ EMAIL_VERIFICATION: "required" });
    await max.open("/signup");
    await max.fill({ "Email address": max.email, Password: max.password });
    await max.press("Sign up");
    await max.see("Check your mail");
    await max.read(max.email);
    await max.follow("Send it again");
    await max.fill({ "Email address": max.email });
    await max.press("Send me a new link");
    await max.see("Check your mail");
    await max.followMail(VERIFY_LINK);
    await max.press("Confirm my address");
    await max.see("Address confirmed");
    await max.follow("Log in");
    await max.enterCredentials();
    await max.read(`${max.email} (confirmed)`);
  });

  test("opening a link spends nothing, pressing the button does, and only once", async () => {
    const max = await begin();
    await max.signUp();
    await max.followMail(VERIFY_LINK);
    await max.see("Confirm your address");
    await max.page.reload();
    await max.press("Confirm my address");
    await max.see("Address confirmed");
    await max.page.reload();
    await max.press("Confirm my address");
    await max.page.getByRole("alert").waitFor();
    await max.follow("Ask for a new one");
    await max.see("Confirm your address");
  });

  test.each([
    ["confirms an address", "Send me a link to confirm it", VERIFY_LINK, "/verify-email"],
    ["sets a password", "Send me a link", /\/reset-password\?/, "/reset-password"],
  ])("the token of a link that %s is in no address that is kept or sent", async (_, button, like, path) => {
    const max = await begin();
    await max.signUp();
    if (path === "/reset-password") {
      await max.press("Log out");
      await max.follow("Forgot your password?");
      await max.fill({ "Email address": max.email });
    }
    await max.press(button);
    const referrers: Promise<string | null>[] = [];
    max.page.on("request", (request) => referrers.push(request.headerValue("referer")));
    await max.followMail(like);
    await max.page.waitForURL(example.origin + path);
    // The page, its script and its styles at least.
    expect(referrers.length).toBeGreaterThan(2);
    expect((await Promise.all(referrers)).join()).not.toContain("token");
  });

  test("an address changes when the link at the new one is followed", async () => {
    const max = await begin();
    await max.signUp();
    await max.follow("Change your address");
    const newEmail = `new.${max.email}`;
    await max.fill({ "New email address": newEmail });
    await max.press("Send a link to it");
    await max.see("Check your mail");
    await max.page.goto((await example.mailbox.next(newEmail, VERIFY_LINK)).link);
    await max.press("Confirm my address");
    await max.follow("Go to your profile");
    await max.read(`${newEmail} (confirmed)`);
  });

  test("whoever sets a password while they are logged in is told so for good", async () => {
    const max = await begin();
    await max.signUp();
    const tab = await max.visit.openTab();
    await tab.goto(`${example.origin}/sessions`);
    await tab.getByText("This is where you are now.").waitFor();
    await example.app.graphql(`mutation { requestPasswordReset(email: "${max.email}") }`);
    await max.followMail(/\/reset-password\?/);
    await max.fill({ "New password": "a brand new password" });
    await max.press("Change password");
    await max.see("Password changed");
    // Finds out that its session is over.
    await tab.getByRole("link", { name: "Activity" }).click();
    await tab.getByRole("heading", { name: "Log in" }).waitFor();
    await max.page.getByRole("button", { name: "Log out" }).waitFor({ state: "detached" });
    await max.see("Password changed");
  });

  test("a link that sets a password refuses a poor one at its field, and stays good", async () => {
    const max = await begin();
    await max.signUp();
    await max.press("Log out");
    await max.follow("Forgot your password?");
    await max.fill({ "Email address": max.email });
    await max.press("Send me a link");
    await max.followMail(/\/reset-password\?/);
    await max.fill({ "New password": "password123" });
    await max.press("Change password");
    await max.page.locator("[aria-invalid=true]").waitFor();
    expect(await max.focused()).toBe("New password");
    await max.fill({ "New password": "a brand new password" });
    await max.press("Change password");
    await max.see("Password changed");
  });
});
