import { type Example, ExampleVisit, startExample } from "../../support/example-visit.js";
import { codeAt } from "../../support/second-factor.js";

describe("the example, from signup to the end of the account", () => {
  let example: Example;

  beforeAll(async () => {
    example = await startExample();
  });

  afterAll(() => example.close());

  test("every journey leads where it should", async () => {
    const { app } = example;
    const ada = await ExampleVisit.begin(example);
    await ada.addAuthenticator();

    await ada.signUp({ "Username (optional)": "ada", "Full name (optional)": "Ada Lovelace" });
    await ada.page.getByText(`${ada.email} (not confirmed)`).waitFor();

    await ada.followMail(/\/verify-email\?/);
    await ada.press("Confirm my address");
    await ada.see("Address confirmed");
    await ada.follow("Go to your profile");
    await ada.page.getByText(`${ada.email} (confirmed)`).waitFor();

    await ada.fill({ "Full name": "Ada King", "Phone number": "+44 20 7946 0000" });
    await ada.press("Save");
    await ada.hear("Your profile was saved.");

    await ada.follow("Second factor");
    await ada.press("Set it up");
    await ada.see("Set up your authenticator app");
    const secret = (await ada.page.locator("code").textContent()) ?? "";
    // The step before, so that the one of now is left for the login.
    await ada.fill({ Code: codeAt(secret, app.now - 30_000) });
    await ada.press("Turn it on");
    await ada.see("Keep your recovery codes");
    const codes = await ada.page.locator("code").allTextContents();
    expect(codes).toHaveLength(10);
    await ada.press("I have kept them");
    await ada.page.getByText("It is on. You have 10 recovery codes left").waitFor();

    await ada.press("Log out");
    await ada.hear("You have logged out.");
    await ada.enterCredentials();
    await ada.see("Enter your code");
    await ada.fill({ Code: codeAt(secret, app.now) });
    await ada.press("Log in");
    await ada.see("Second factor");

    await ada.press("Log out");
    await ada.enterCredentials();
    await ada.press("Use a recovery code");
    await ada.fill({ "Recovery code": codes[0] ?? "" });
    await ada.press("Log in");
    await ada.page.getByText("It is on. You have 9 recovery codes left").waitFor();

    await ada.follow("Passkeys");
    await ada.fill({ "Name (optional)": "This laptop" });
    await ada.press("Add a passkey");
    await ada.hear("The passkey was added: This laptop.");
    await ada.press("Log out");
    await ada.press("Log in with a passkey");
    await ada.page.getByRole("heading", { name: "This laptop" }).waitFor();
  });
});
