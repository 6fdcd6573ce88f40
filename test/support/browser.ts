import { type Browser, type BrowserContextOptions, chromium, type Page, type Route } from "playwright-core";

/** Set by the project in jest.config.js, which looks for one. */
const { CHROMIUM } = globalThis as { CHROMIUM?: string };

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const PATIENCE_MS = 10_000;

let browser: Browser | undefined;
const visits: Visit[] = [];

afterEach(async () => {
  const complaints = visits.flatMap((visit) => visit.complaints);
  await Promise.all(visits.splice(0).map(({ page }) => page.context().close()));
  expect(complaints).toEqual([]);
});

afterAll(() => browser?.close());

/** What a page's request is answered with; null where no answer comes. */
export type StubbedAnswer = { readonly status?: number; readonly body: unknown } | null;

export interface SentMutation {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
}

/** Somebody with a browser of their own, whose every complaint fails the test. */
export class Visit {
  /** Errors and warnings of the browser, blocked content, requests to anybody else and such as were refused. */
  complaints: string[] = [];
  /** What was sent to /graphql where that is stubbed. */
  readonly sent: SentMutation[] = [];
  /** Whom its pages may talk to. */
  readonly knownOrigins = new Set<string>();
  #mayAnswer = Promise.resolve();

  private constructor(readonly page: Page) {}

  static async begin(url: string, options: BrowserContextOptions = {}): Promise<Visit> {
    browser ??= await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
    const context = await browser.newContext({ locale: "en-GB", ...options });
    // Before the test's own limit, so that a failure says what was waited for.
    context.setDefaultTimeout(PATIENCE_MS);
    const visit = new Visit(await context.newPage());
    visits.push(visit);
    visit.knownOrigins.add(new URL(url).origin);
    visit.#listen(visit.page);
    return visit;
  }

  /** Answers one request to /graphql after the other; what comes after the last gets the last. */
  async stub(...answers: readonly StubbedAnswer[]): Promise<void> {
    let next = 0;
    await this.page.route("**/graphql", async (route) => {
      this.#note(route);
      const answer = answers[Math.min(next, answers.length - 1)];
      next += 1;
      if (answer == null) return route.abort();
      const { status = 200, body } = answer;
      await this.#mayAnswer;
      await route.fulfill(typeof body === "string" ? { status, body } : { status, json: body });
    });
  }

  /** For what is done before there is an answer: none of `stub` leaves until what this returns is called. */
  holdAnswers(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#mayAnswer = promise;
    return resolve;
  }

  /** Forgets complaints that the test has provoked, and is content with no others. */
  forgive(pattern: RegExp): void {
    this.complaints = this.complaints.filter((complaint) => !pattern.test(complaint));
  }

  /** The value of an expression in the page; the compiler does not know the browser's globals here. */
  ask<Result>(expression: string): Promise<Result> {
    return this.page.evaluate(expression) as Promise<Result>;
  }

  focused(): Promise<string> {
    return this.ask("document.activeElement.id");
  }

  #note(route: Route): void {
    const request = route.request();
    const { variables } = request.postDataJSON();
    this.sent.push({ url: request.url(), headers: request.headers(), variables });
  }

  /** Another tab of the same browser. */
  async openTab(): Promise<Page> {
    const tab = await this.page.context().newPage();
    this.#listen(tab);
    return tab;
  }

  #listen(page: Page): void {
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("request", (request) => {
      const url = new URL(request.url());
      const isOwn =
        this.knownOrigins.has(url.origin) || url.protocol === "data:" || request.url() === "about:blank";
      if (!isOwn) this.complaints.push(`a request to ${url.origin}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 400) this.complaints.push(`${response.status()} for ${response.url()}`);
    });
  }
}
