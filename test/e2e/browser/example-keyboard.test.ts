import { type Example, ExampleVisit, startExample } from "../../support/example-visit.js";

const MOST_STOPS = 20;

describe("the example, with the keyboard alone", () => {
  let example: Example;
  let zoe: ExampleVisit;

  beforeAll(async () => {
    example = await startExample();
  });

  beforeEach(async () => {
    zoe = await ExampleVisit.begin(example);
  });

  afterAll(() => example.close());

  /** Goes on until that has the focus, and sees at every stop where it is. */
  async function goTo(name: string, key = "Tab"): Promise<void> {
    for (let stops = 0; stops < MOST_STOPS; stops++) {
      await zoe.page.keyboard.press(key);
      expect(await zoe.visit.ask("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
      if ((await zoe.focused()) === name) return;
    }
    throw new Error(`${name} cannot be reached`);
  }

  async function type(fields: Readonly<Record<string, string>>): Promise<void> {
    for (const [label, text] of Object.entries(fields)) {
      await goTo(label);
      await zoe.page.keyboard.type(text);
    }
  }

  test("somebody signs up, logs out and logs in again", async () => {
    const { keyboard } = zoe.page;
    await zoe.open("/signup");
    await zoe.see("Sign up");
    await type({ "Email address": zoe.email, Password: zoe.password });
    await keyboard.press("Enter");
    await zoe.see("Profile");
    expect(await zoe.focused()).toBe("Profile");
    await goTo("Log out", "Shift+Tab");
    await keyboard.press("Enter");
    await zoe.see("Log in");
    expect(await zoe.focused()).toBe("Log in");
    await type({ "Email address or username": zoe.email, Password: zoe.password });
    await goTo("Log in");
    await keyboard.press("Space");
    await zoe.see("Profile");
  });

  test("a link skips the navigation, and another page begins at its heading", async () => {
    await zoe.signUp();
    await zoe.open("/");
    await zoe.see("Profile");
    await goTo("Skip to the content");
    await zoe.page.keyboard.press("Enter");
    await goTo("Send me a link to confirm it");
    await goTo("Sessions", "Shift+Tab");
    await zoe.page.keyboard.press("Enter");
    await zoe.see("Sessions");
    expect(await zoe.focused()).toBe("Sessions");
    expect(await zoe.page.title()).toBe("Sessions – Latchkey example");
  });

  test("what is sent leaves the focus where it is, and the outcome is said", async () => {
    await zoe.signUp();
    await goTo("Send me a link to confirm it");
    await zoe.page.keyboard.press("Enter");
    await zoe.hear(/A mail with a link is on its way/);
    expect(await zoe.focused()).toBe("Send me a link to confirm it");
  });
});
