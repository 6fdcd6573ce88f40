import type { BrowserContextOptions } from "playwright-core";
import { Visit } from "./browser.js";
import { ExampleServer } from "./example-server.js";
import { newEmail, PASSWORD } from "./journeys.js";
import { startWithMailbox } from "./mail-journeys.js";
import type { Mailbox } from "./mailbox.js";
import type { TestApp } from "./test-app.js";
import { addAuthenticator } from "./virtual-authenticator.js";

/** The example, a server and a mailbox. */
export interface Example {
  readonly app: TestApp;
  readonly mailbox: Mailbox;
  readonly origin: string;
  close(): void;
}

export async function startExample(environment: Readonly<Record<string, string>> = {}): Promise<Example> {
  const pages = await ExampleServer.start();
  const { origin } = pages;
  const { app, mailbox } = await startWithMailbox({
    PUBLIC_URL: "http://localhost:4000",
    CORS_ORIGINS: origin,
    VERIFY_EMAIL_URL: `${origin}/verify-email`,
    RESET_PASSWORD_URL: `${origin}/reset-password`,
    ...environment,
  });
  // Of the same site as the pages, as cookies want it.
  pages.graphqlUrl = `${app.url.replace("127.0.0.1", "localhost")}/graphql`;
  return { app, mailbox, origin, close: () => pages.close() };
}

/** Somebody at the example, with what they do most. */
export class ExampleVisit {
  readonly email = newEmail();
  password = PASSWORD;

  private constructor(
    readonly visit: Visit,
    private readonly example: Example,
  ) {}

  static async begin(example: Example, options?: BrowserContextOptions): Promise<ExampleVisit> {
    const visit = await Visit.begin(example.origin, options);
    visit.knownOrigins.add(example.app.url.replace("127.0.0.1", "localhost"));
    return new ExampleVisit(visit, example);
  }

  get page() {
    return this.visit.page;
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.example.origin + path);
  }

  async fill(fields: Readonly<Record<string, string>>): Promise<void> {
    for (const [label, value] of Object.entries(fields)) await this.page.getByLabel(label).fill(value);
  }

  async press(button: string): Promise<void> {
    await this.page.getByRole("button", { name: button, exact: true }).click();
  }

  /** By the navigation or any other link. */
  async follow(link: string): Promise<void> {
    await this.page.getByRole("link", { name: link, exact: true }).click();
  }

  /** Waits until a page has this heading. */
  async see(heading: string): Promise<void> {
    await this.page.getByRole("heading", { level: 1, name: heading, exact: true }).waitFor();
  }

  /** Waits until it can be read. */
  async read(text: string): Promise<void> {
    await this.page.getByText(text, { exact: true }).waitFor();
  }

  /** Waits until the status says so. */
  async hear(text: string | RegExp): Promise<void> {
    await this.page.getByRole("status").getByText(text).waitFor();
  }

  async signUp(fields: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.open("/signup");
    await this.fill({ "Email address": this.email, Password: this.password, ...fields });
    await this.press("Sign up");
    await this.see("Profile");
  }

  /** With what has been entered, whatever is asked then. */
  async enterCredentials(): Promise<void> {
    await this.fill({ "Email address or username": this.email, Password: this.password });
    await this.press("Log in");
  }

  /** Opens the link of the next mail that is like that. */
  async followMail(like: RegExp): Promise<void> {
    await this.page.goto((await this.example.mailbox.next(this.email, like)).link);
  }

  /** Answers an operation in the server's place, as a server of another day might. */
  async stub(operation: string, answer: object): Promise<void> {
    const headers = {
      "access-control-allow-origin": this.example.origin,
      "access-control-allow-credentials": "true",
    };
    await this.page.route("**/graphql", (route) => {
      const { operationName } = route.request().postDataJSON();
      return operationName === operation ? route.fulfill({ headers, json: answer }) : route.fallback();
    });
  }

  /** Of what has the focus: what a screen reader calls it. */
  async focused(): Promise<string> {
    const snapshot = await this.page.locator(":focus").ariaSnapshot();
    return /"(.*?)"/.exec(snapshot)?.[1] ?? snapshot;
  }

  async addAuthenticator(): Promise<void> {
    await addAuthenticator(this.page);
  }

  async addPasskey(name: string): Promise<void> {
    await this.follow("Passkeys");
    await this.fill({ "Name (optional)": name });
    await this.press("Add a passkey");
    await this.hear(`The passkey was added: ${name}.`);
  }

  /** As in a browser that offers no passkeys in its autofill, where its authenticator would say yes at once. */
  async withoutAutofill(): Promise<void> {
    await this.page.addInitScript("delete PublicKeyCredential.isConditionalMediationAvailable");
  }
}
