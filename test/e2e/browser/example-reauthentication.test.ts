import { type Example, ExampleVisit, startExample } from "../../support/example-visit.js";
import { mutate } from "../../support/factor-journeys.js";
import { loggedIn } from "../../support/journeys.js";
import { codeAt, totpOn } from "../../support/second-factor.js";

describe("the example, when a login is too long ago", () => {
  let example: Example;
  let eve: ExampleVisit;

  beforeAll(async () => {
    example = await startExample();
  });

  beforeEach(async () => {
    eve = await ExampleVisit.begin(example);
    await eve.signUp();
  });

  afterAll(() => example.close());

  const dialog = () => eve.page.getByRole("dialog", { name: "Is it you?" });
  const confirmWith = async (password: string) => {
    await dialog().getByLabel("Password").fill(password);
    await dialog().getByRole("button", { name: "Confirm", exact: true }).click();
  };

  /** Something that needs a recent login. */
  async function changeAddress(): Promise<void> {
    await eve.follow("Change your address");
    await eve.fill({ "New email address": `new.${eve.email}` });
    example.app.advanceSeconds(601);
    await eve.press("Send a link to it");
  }

  test("one dialog asks for the password, and what was wanted is then done by itself", async () => {
    await changeAddress();
    await confirmWith("not the password");
    await dialog().getByRole("alert").waitFor();
    await confirmWith(eve.password);
    await eve.see("Check your mail");
    await eve.read(`new.${eve.email}`);
    expect(await dialog().count()).toBe(0);
  });

  test("whoever would rather not is told that nothing was changed, where they were", async () => {
    await changeAddress();
    await dialog().waitFor();
    await eve.page.keyboard.press("Escape");
    await eve.page.getByRole("alert").getByText("Nothing was changed").waitFor();
    expect(await dialog().count()).toBe(0);
    expect(await eve.page.getByLabel("New email address").inputValue()).toBe(`new.${eve.email}`);
    await eve.press("Send a link to it");
    await confirmWith(eve.password);
    await eve.see("Check your mail");
  });

  test("where a second factor is on, the dialog asks for the code, too", async () => {
    const { secret } = await totpOn(example.app, await loggedIn(example.app, eve.email));
    await changeAddress();
    await confirmWith(eve.password);
    await dialog().getByLabel("Code").waitFor();
    expect(await eve.focused()).toBe("Code");
    await eve.page.keyboard.type(codeAt(secret, example.app.now));
    await eve.page.keyboard.press("Enter");
    await eve.see("Check your mail");
  });

  test("a passkey confirms it as well", async () => {
    await eve.addAuthenticator();
    await eve.addPasskey("This laptop");
    await eve.follow("Profile");
    await changeAddress();
    await dialog().getByRole("button", { name: "Confirm with a passkey" }).click();
    await eve.see("Check your mail");
  });

  test("what one session was asked is not asked of the next", async () => {
    await changeAddress();
    await dialog().waitFor();
    const { accessToken } = await loggedIn(example.app, eve.email);
    await mutate(example.app, accessToken, "revokeOtherSessions");
    await confirmWith(eve.password);
    await eve.hear("You were logged out.");
    await eve.enterCredentials();
    await eve.see("Change your address");
    expect(await dialog().count()).toBe(0);
  });

  test("the keyboard stays in the dialog, and comes back to where it was", async () => {
    await changeAddress();
    await dialog().waitFor();
    for (let count = 0; count < 8; count++) {
      await eve.page.keyboard.press("Tab");
      expect(
        await eve.visit.ask(
          "document.activeElement === document.body || document.activeElement.closest('dialog') !== null",
        ),
      ).toBe(true);
    }
    await eve.page.keyboard.press("Escape");
    await eve.page.getByRole("alert").getByText("Nothing was changed").waitFor();
    await eve.page.keyboard.press("Tab");
    expect(await eve.focused()).toBe("Send a link to it");
  });
});
