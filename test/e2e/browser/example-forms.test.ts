import { type Example, ExampleVisit, startExample } from "../../support/example-visit.js";
import { newEmail, signedUp } from "../../support/journeys.js";

describe("the forms of the example", () => {
  let example: Example;

  beforeAll(async () => {
    example = await startExample();
  });

  afterAll(() => example.close());

  const begin = () => ExampleVisit.begin(example);

  /** What a screen reader says of a field besides its name. */
  async function describedFault({ page }: ExampleVisit, label: string): Promise<string> {
    const field = page.getByLabel(label);
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    const ids = (await field.getAttribute("aria-describedby"))?.split(" ") ?? [];
    const texts = await Promise.all(ids.map((id) => page.locator(`[id="${id}"]`).textContent()));
    return texts.at(-1) ?? "";
  }

  const alertOf = ({ page }: ExampleVisit, text: string | RegExp) =>
    page.getByRole("alert").getByText(text).waitFor();

  test("what is wrong with fields stands at the fields, and the first of them has the focus", async () => {
    const bob = await begin();
    await bob.open("/signup");
    await bob.fill({ "Email address": "nonsense", Password: "short", "Username (optional)": "x" });
    await bob.press("Sign up");
    await bob.read("This is not an email address.");
    expect(await describedFault(bob, "Email address")).toBe("This is not an email address.");
    expect(await describedFault(bob, "Password")).toBe("Use at least 8 characters.");
    expect(await bob.page.getByLabel("Full name").getAttribute("aria-invalid")).toBe("false");
    expect(await bob.focused()).toBe("Email address");
    await bob.fill({ "Email address": newEmail(), Password: bob.password, "Username (optional)": "" });
    await bob.press("Sign up");
    await bob.see("Profile");
  });

  test("what has to be filled in needs no server to say so", async () => {
    const bob = await begin();
    await bob.open("/login");
    await bob.press("Log in");
    expect(await describedFault(bob, "Password")).toBe("Fill this in.");
    expect(await bob.focused()).toBe("Email address or username");
  });

  test("a taken address is told at its field", async () => {
    const { email } = await signedUp(example.app);
    const bob = await begin();
    await bob.open("/signup");
    await bob.fill({ "Email address": email, Password: bob.password });
    await bob.press("Sign up");
    await bob.page.locator("[aria-invalid=true]").waitFor();
    expect(await describedFault(bob, "Email address")).toMatch(/already/);
  });

  test("another refusal is an alert, which has the focus", async () => {
    const bob = await begin();
    await bob.open("/login");
    await bob.enterCredentials();
    await alertOf(bob, "The address, username or password is wrong.");
    expect(await bob.page.locator(":focus").getAttribute("role")).toBe("alert");
    expect(await bob.page.getByLabel("Password").inputValue()).toBe(bob.password);
  });

  const refusal = (fields: object) => ({ data: { login: { message: "As the server says.", ...fields } } });
  const fault = (extensions: object) => ({ data: null, errors: [{ message: "No.", extensions }] });
  test.each([
    [
      "an error of a later version",
      refusal({ __typename: "OnHoliday", code: "ON_HOLIDAY" }),
      "As the server says.",
    ],
    [
      "too many attempts",
      refusal({ __typename: "TooManyAttempts", code: "TOO_MANY_ATTEMPTS", retryAfter: 850 }),
      "Too many attempts. Try again in 15 minutes.",
    ],
    ["too many mails", fault({ code: "RATE_LIMITED", retryAfter: 30 }), "Try again in 30 seconds."],
    ["a fault of the server", fault({ code: "INTERNAL_SERVER_ERROR", errorId: "e-1" }), "on our side (e-1)"],
  ])("%s is shown in words, and the form can be sent again", async (_name, answer, text) => {
    const bob = await begin();
    const { email } = await signedUp(example.app);
    await bob.open("/login");
    await bob.stub("Login", answer);
    await bob.fill({ "Email address or username": email, Password: bob.password });
    await bob.press("Log in");
    await alertOf(bob, text);
    await bob.page.unrouteAll();
    await bob.press("Log in");
    await bob.see("Profile");
  });

  test("without a network the form says so, keeps what was entered, and can be sent again", async () => {
    const bob = await begin();
    const { email } = await signedUp(example.app);
    await bob.open("/login");
    await bob.fill({ "Email address or username": email, Password: bob.password });
    await bob.page.context().setOffline(true);
    await bob.press("Log in");
    await alertOf(bob, "The server cannot be reached. Check your connection and try again.");
    bob.visit.forgive(/ERR_INTERNET_DISCONNECTED/);
    await bob.page.context().setOffline(false);
    await bob.press("Log in");
    await bob.see("Profile");
  });

  test("without a network a page says so, and can be tried again", async () => {
    const bob = await begin();
    await bob.signUp();
    await bob.page.context().setOffline(true);
    await bob.follow("Sessions");
    await alertOf(bob, "The server cannot be reached.");
    bob.visit.forgive(/ERR_INTERNET_DISCONNECTED/);
    await bob.page.context().setOffline(false);
    await bob.press("Try again");
    await bob.read("This is where you are now.");
  });

  test("a double click sends once", async () => {
    const bob = await begin();
    await bob.open("/signup");
    let sent = 0;
    bob.page.on("request", (request) => {
      if (request.postData()?.includes("mutation Signup")) sent += 1;
    });
    await bob.fill({ "Email address": bob.email, Password: bob.password });
    await bob.page.getByRole("button", { name: "Sign up" }).dblclick();
    await bob.see("Profile");
    expect(sent).toBe(1);
  });

  test("older events come below the newer ones, page by page", async () => {
    const { app } = example;
    const bob = await begin();
    const account = await signedUp(app, { email: bob.email });
    for (let count = 0; count < 21; count++) {
      const query = `mutation { updateProfile(input: { name: "${count}" }) { __typename } }`;
      await app.graphql(query, { token: account.accessToken });
    }
    await bob.open("/activity");
    await bob.enterCredentials();
    const events = bob.page.getByRole("main").getByRole("listitem");
    await events.first().waitFor();
    expect(await events.count()).toBe(20);
    await bob.press("Show older");
    await bob.read("The account was made");
    expect(await events.count()).toBe(23);
    expect(await events.first().textContent()).toContain("Logged in");
    expect(await bob.page.getByRole("button", { name: "Show older" }).count()).toBe(0);
  });
});
