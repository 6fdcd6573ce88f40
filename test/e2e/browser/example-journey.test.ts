import { type Example, ExampleVisit, startExample } from "../../support/example-visit.js";
import { logInWith } from "../../support/factor-journeys.js";
import { stateOf } from "../../support/journeys.js";
import { RESET_LINK } from "../../support/mail-journeys.js";
import { codeAt, type SecondFactorOf } from "../../support/second-factor.js";

const VERIFY_LINK = /\/verify-email\?/;

describe("the example, from signup to the end of the account", () => {
  let example: Example;
  let ada: ExampleVisit;

  beforeAll(async () => {
    example = await startExample();
  });

  afterAll(() => example.close());

  async function signUpAndConfirm(): Promise<void> {
    await ada.signUp({ "Username (optional)": "ada", "Full name (optional)": "Ada Lovelace" });
    await ada.read(`${ada.email} (not confirmed)`);
    await ada.followMail(VERIFY_LINK);
    await ada.press("Confirm my address");
    await ada.see("Address confirmed");
    await ada.follow("Go to your profile");
    await ada.read(`${ada.email} (confirmed)`);
  }

  async function changeProfile(): Promise<void> {
    await ada.fill({ "Full name": "Ada King", "Phone number": "+44 20 7946 0000" });
    await ada.press("Save");
    await ada.hear("Your profile was saved.");
    await ada.page.reload();
    await ada.see("Profile");
    expect(await ada.page.getByLabel("Full name").inputValue()).toBe("Ada King");
  }

  async function turnSecondFactorOn(): Promise<SecondFactorOf> {
    await ada.follow("Second factor");
    await ada.press("Set it up");
    await ada.see("Set up your authenticator app");
    await ada.page.getByRole("img", { name: "QR code" }).waitFor();
    const secret = (await ada.page.locator("code").textContent()) ?? "";
    // Of the step before, so that the one of now is left for the login.
    await ada.fill({ Code: codeAt(secret, example.app.now - 30_000) });
    await ada.press("Turn it on");
    await ada.see("Keep your recovery codes");
    const recoveryCodes = await ada.page.locator("code").allTextContents();
    expect(recoveryCodes).toHaveLength(10);
    await ada.press("I have kept them");
    await ada.read("It is on. You have 10 recovery codes left.");
    return { secret, recoveryCodes };
  }

  async function logInByCode(secret: string): Promise<void> {
    await ada.press("Log out");
    await ada.hear("You have logged out.");
    await ada.enterCredentials();
    await ada.see("Enter your code");
    expect(await ada.page.getByRole("status").textContent()).toBe("");
    await ada.fill({ Code: codeAt(secret, example.app.now) });
    await ada.press("Log in");
    await ada.see("Second factor");
  }

  async function logInByRecoveryCode(code = ""): Promise<void> {
    await ada.enterCredentials();
    await ada.press("Use a recovery code");
    await ada.fill({ "Recovery code": code });
    await ada.press("Log in");
  }

  async function logInByPasskey(): Promise<void> {
    await ada.addPasskey("Laptop");
    await ada.page.getByText("Rename").first().click();
    await ada.page.getByLabel("Name", { exact: true }).fill("This laptop");
    await ada.press("Rename");
    await ada.hear("The passkey was renamed.");
    await ada.press("Log out");
    await ada.press("Log in with a passkey");
    await ada.page.getByRole("heading", { name: "This laptop" }).waitFor();
    await ada.page.getByText(/last used/).waitFor();
  }

  async function endAnotherSession(code = ""): Promise<void> {
    const { accessToken } = await logInWith(example.app, ada, { code });
    await ada.follow("Sessions");
    await ada.press("End this session");
    await ada.hear(/^The session was ended/);
    expect(await stateOf(example.app, accessToken)).toBe("SESSION_REVOKED");
    expect(await ada.page.getByRole("listitem").count()).toBe(1);
  }

  async function changePassword(): Promise<void> {
    await ada.follow("Password");
    await ada.fill({ "Current password": ada.password, "New password": "another horse battery" });
    await ada.press("Change password");
    await ada.see("Your password was changed");
  }

  async function resetPassword(): Promise<void> {
    await ada.press("Log out");
    await ada.follow("Forgot your password?");
    await ada.fill({ "Email address": ada.email });
    await ada.press("Send me a link");
    await ada.see("Check your mail");
    await ada.followMail(RESET_LINK);
    ada.password = "a third horse battery";
    await ada.fill({ "New password": ada.password });
    await ada.press("Change password");
    await ada.see("Password changed");
    await ada.follow("Log in with your new password");
  }

  async function deleteAccount(): Promise<void> {
    await ada.follow("Delete your account");
    await ada.press("Delete my account");
    await ada.read("Tick this to go on.");
    await ada.page.getByRole("checkbox").check();
    await ada.press("Delete my account");
    await ada.see("Your account was deleted");
    await ada.open("/login");
    await ada.enterCredentials();
    await ada.page.getByRole("alert").getByText("wrong").waitFor();
  }

  test("38: a passkey that is picked from the browser's autofill logs in without a press of a button", async () => {
    ada = await ExampleVisit.begin(example);
    await ada.addAuthenticator();
    await ada.signUp();
    await ada.addPasskey("This laptop");
    await ada.press("Log out");
    await ada.page.getByText(/last used/).waitFor();
  });

  test("every journey leads where it should", async () => {
    ada = await ExampleVisit.begin(example);
    await ada.addAuthenticator();
    await ada.withoutAutofill();
    await signUpAndConfirm();
    await changeProfile();
    const { secret, recoveryCodes } = await turnSecondFactorOn();
    await logInByCode(secret);
    await ada.press("Log out");
    await logInByRecoveryCode(recoveryCodes[0]);
    await ada.read("It is on. You have 9 recovery codes left.");
    await logInByPasskey();
    await endAnotherSession(recoveryCodes[1]);
    await ada.follow("Activity");
    await ada.read("A passkey was added");
    await changePassword();
    await resetPassword();
    await logInByRecoveryCode(recoveryCodes[2]);
    await ada.see("Profile");
    await deleteAccount();
  });
});
