import { type Example, ExampleVisit, startExample } from "../../support/example-visit.js";
import { CONTRASTS, type Contrasts, IN_PIECES, OVERFLOWING, TOO_LOW } from "../../support/page-measures.js";

const LEAST_TARGET = 44;

/** Where, and how to get to what is to be looked at there. */
type State = readonly [name: string, path: string, reach?: (visit: ExampleVisit) => Promise<void>];

const FOR_NOBODY: readonly State[] = [
  ["login", "/login"],
  [
    "refused login",
    "/login",
    async (visit) => {
      await visit.fill({ "Email address or username": "nobody", Password: "wrong" });
      await visit.press("Log in");
      await visit.page.getByRole("alert").waitFor();
    },
  ],
  ["signup", "/signup"],
  [
    "faulty signup",
    "/signup",
    async (visit) => {
      await visit.fill({ "Email address": `${"x".repeat(70)}`, Password: "short" });
      await visit.press("Sign up");
      await visit.page.locator("[aria-invalid=true]").first().waitFor();
    },
  ],
  ["forgotten password", "/forgot-password"],
  [
    "promised link",
    "/forgot-password",
    async (visit) => {
      await visit.fill({ "Email address": "ada@example.org" });
      await visit.press("Send me a link");
      await visit.see("Check your mail");
    },
  ],
  ["new password", "/reset-password?token=x"],
  ["verification", "/verify-email?token=x"],
  ["nothing", "/nowhere"],
];

const FOR_SOMEBODY: readonly State[] = [
  ["profile", "/"],
  ["change of address", "/change-email"],
  ["password", "/password"],
  ["second factor", "/second-factor"],
  [
    "setup",
    "/second-factor",
    async (visit) => {
      await visit.press("Set it up");
      await visit.page.getByRole("img").waitFor();
    },
  ],
  ["passkeys", "/passkeys"],
  ["sessions", "/sessions"],
  ["activity", "/activity"],
  ["deletion", "/delete-account"],
];

describe("the example, however it is looked at", () => {
  let example: Example;

  beforeAll(async () => {
    example = await startExample();
  });

  afterAll(() => example.close());

  async function show(somebody: ExampleVisit, [, path, reach]: State): Promise<void> {
    await somebody.open(path);
    await somebody.page.getByRole("heading", { level: 1 }).waitFor();
    await somebody.page.locator("[aria-busy=true]").waitFor({ state: "detached" });
    await reach?.(somebody);
  }

  async function expectContrasts({ page, visit }: ExampleVisit): Promise<void> {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const { readable, text, edge } = await visit.ask<Contrasts>(CONTRASTS);
      expect(readable).toBeGreaterThanOrEqual(3);
      expect(text).toBeGreaterThanOrEqual(4.5);
      expect(edge).toBeGreaterThanOrEqual(3);
    }
  }

  async function expectRoom({ visit }: ExampleVisit): Promise<void> {
    expect(await visit.ask(OVERFLOWING)).toEqual([]);
    expect(await visit.ask(IN_PIECES)).toEqual([]);
    expect(await visit.ask(`(${TOO_LOW})(${LEAST_TARGET})`)).toEqual([]);
    await visit.ask("document.documentElement.style.fontSize = '200%'");
    expect(await visit.ask(OVERFLOWING)).toEqual([]);
  }

  /** As a phone has it, and its reader too. */
  async function expectToFit(somebody: ExampleVisit, states: readonly State[]): Promise<void> {
    for (const state of states) {
      await show(somebody, state);
      await expectContrasts(somebody);
      await expectRoom(somebody);
    }
  }

  const PHONE = { viewport: { width: 320, height: 568 } };

  test("pages for everybody can be read in the light, in the dark and on a small phone", async () => {
    await expectToFit(await ExampleVisit.begin(example, PHONE), FOR_NOBODY);
  });

  test("pages of an account can be read in the light, in the dark and on a small phone", async () => {
    const somebody = await ExampleVisit.begin(example, PHONE);
    await somebody.signUp({ "Full name (optional)": "x".repeat(200) });
    await expectToFit(somebody, FOR_SOMEBODY);
  });

  test("so can the dialog that asks who is there", async () => {
    const somebody = await ExampleVisit.begin(example, PHONE);
    await somebody.signUp();
    await somebody.open("/second-factor");
    await somebody.read("Set it up");
    example.app.advanceSeconds(601);
    await somebody.press("Set it up");
    await somebody.page.getByRole("dialog").getByLabel("Password").waitFor();
    await expectContrasts(somebody);
    await expectRoom(somebody);
  });

  test("every page has a title of its own", async () => {
    const somebody = await ExampleVisit.begin(example);
    const titles = [];
    for (const state of FOR_NOBODY.filter(([, , reach]) => reach === undefined)) {
      await show(somebody, state);
      titles.push(await somebody.page.title());
    }
    expect(new Set(titles).size).toBe(titles.length);
    expect(titles).toContain("Log in – Latchkey example");
  });
});
