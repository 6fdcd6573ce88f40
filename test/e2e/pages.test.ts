import { createHash } from "node:crypto";
import { buildSchema, parse, validate } from "graphql";
import { MUTATIONS } from "../../src/http/pages.route.js";
import { eventually } from "../support/eventually.js";
import { exchange, rawHead } from "../support/raw-http.js";
import { readText } from "../support/repository.js";
import { TestApp } from "../support/test-app.js";

const PATHS = ["/verify-email", "/reset-password"] as const;
const TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJub2JvZHkifQ.c2lnbmF0dXJl";

/** What goes on whether anybody asks for anything or not. */
const BACKGROUND = /outbox_mails|signing_keys|^\s*(begin|commit|rollback)/i;

const sha256 = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const partsOf = (html: string, pattern: RegExp) => [...html.matchAll(pattern)].map(([, text = ""]) => text);

describe.each(PATHS)("the page at %s", (path) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  const open = (query = "", headers: Record<string, string> = {}) =>
    fetch(app.url + path + query, { headers });

  test("may run and show what stands in it, to the letter, talk to its own server, and nothing else", async () => {
    const page = await open();
    const html = await page.text();
    const scripts = partsOf(html, /<script type="module">(.*?)<\/script>/gs);
    const styles = partsOf(html, /<style>(.*?)<\/style>/gs);
    expect([scripts.length, styles.length]).toEqual([1, 1]);
    expect(page.headers.get("content-security-policy")?.split("; ")).toEqual([
      "default-src 'none'",
      `script-src ${sha256(scripts[0] ?? "")}`,
      `style-src ${sha256(styles[0] ?? "")}`,
      "img-src data:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
  });

  test("43: has the headers of every answer, sets no cookie and is kept by nobody", async () => {
    const page = await open(`?token=${TOKEN}`);
    expect(page.status).toBe(200);
    expect(Object.fromEntries(page.headers)).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
      "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(page.headers.has("set-cookie")).toBe(false);
  });

  test("loads nothing from anywhere, and has neither handlers nor styles in its tags", async () => {
    const html = await (await open()).text();
    expect(html).not.toMatch(/https?:\/\/|src=|\son\w+=|\sstyle=|@import|url\(/);
    expect(partsOf(html, /href="(.*?)"/g)).toEqual([expect.stringMatching(/^data:image\/svg\+xml,/)]);
    const ids = partsOf(html, /\sid="(.*?)"/g);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("is the same to the byte whatever a link or a header has put into the request", async () => {
    const plain = await (await open()).text();
    const hostile = [
      `?token=${TOKEN}`,
      "?token=%3C/script%3E%3Cscript%3Ealert(1)%3C/script%3E",
      "?token[]=1&__proto__[x]=1&lang=de",
      `?${"x".repeat(8000)}`,
      "?token=%zz%00%0d%0aset-cookie:%20a=b",
    ];
    for (const query of hostile) {
      const answer = await exchange(app, rawHead(`GET ${path}${query}`));
      expect([answer.status, answer.body]).toEqual([200, plain]);
      expect(answer.headers.has("set-cookie")).toBe(false);
    }
    const headers = { host: "evil.test", "x-forwarded-host": "evil.test", cookie: "<b>", referer: "<b>" };
    expect((await exchange(app, rawHead(`GET ${path}`, headers))).body).toBe(plain);
  });

  test.each([
    ["en", "*"],
    ["en", "en-US,en;q=0.9"],
    ["de", "de"],
    ["de", "de-AT, en;q=0.5"],
    ["de", "fr, de;q=0.5, en;q=0.4"],
    ["en", "fr"],
    ["en", "de;q=0"],
    ["en", "<script>,,;;q=x"],
    ["en", ""],
  ])("speaks %s to whoever asks for %j", async (language, accepted) => {
    const page = await open("", { "accept-language": accepted });
    expect(page.headers.get("content-language")).toBe(language);
    const html = await page.text();
    expect(html).toContain(`<html lang="${language}">`);
    expect(partsOf(html, /<title>(.*?)<\/title>/g)).toEqual(partsOf(html, /<h1 id="heading">(.*?)<\/h1>/g));
    expect(/[äöüß]/.test(html)).toBe(language === "de");
  });

  test("33: opening it, however often and by whomever, asks the database nothing", async () => {
    await eventually(() => (app.statements.length > 0 ? true : undefined));
    const before = app.statements.length;
    for (let i = 0; i < 10; i++) {
      expect((await open(`?token=${TOKEN}`, { "user-agent": "Googlebot", purpose: "prefetch" })).status).toBe(
        200,
      );
      const head = await exchange(app, rawHead(`HEAD ${path}?token=${TOKEN}`));
      expect([head.status, head.body]).toEqual([200, ""]);
    }
    expect(app.statements.slice(before).filter((sql) => !BACKGROUND.test(sql))).toEqual([]);
  });

  test("HEAD has the headers of GET", async () => {
    const [get, head] = [await open(), await fetch(app.url + path, { method: "HEAD" })];
    for (const name of ["content-type", "content-length", "content-security-policy", "content-language"]) {
      expect(head.headers.get(name)).toBe(get.headers.get(name));
    }
  });

  test("is only read: whatever else is tried is 405, and beside it is nothing", async () => {
    for (const method of ["POST", "PUT", "DELETE"]) {
      const answer = await fetch(`${app.url}${path}?token=${TOKEN}`, { method });
      expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
      expect(await answer.text()).not.toContain(TOKEN);
    }
    expect((await fetch(`${app.url}${path}/?token=${TOKEN}`)).status).toBe(404);
  });

  test("47: the token of a link is in no log, whatever becomes of the request", async () => {
    const logged = await TestApp.start({ LOG_LEVEL: "trace" });
    for (const start of [`GET ${path}`, `HEAD ${path}`, `POST ${path}`, `GET ${path}/`, `GET ${path}%zz`]) {
      await exchange(
        logged,
        rawHead(`${start}?token=${TOKEN}`, { referer: `https://x.test/?token=${TOKEN}` }),
      );
    }
    const requests = await eventually(() => {
      const lines = logged.logLines.filter((line) => line.includes('"msg":"request"'));
      return lines.length >= 4 ? lines : undefined;
    });
    expect(JSON.parse(requests[0] ?? "")).toMatchObject({ method: "GET", route: path, status: 200 });
    expect(logged.logLines.filter((line) => line.includes(TOKEN) || line.includes("c2lnbmF0"))).toEqual([]);
  });

  test("says whose it is: the name that mails come from, or the host", async () => {
    const named = await TestApp.start({ MAIL_FROM: `"Ada's <i>Sons & Co" <no-reply@ada.test>` });
    expect(await (await fetch(named.url + path)).text()).toContain(
      "<span>Ada&#39;s &lt;i&gt;Sons &amp; Co</span>",
    );
    expect(await (await open()).text()).toContain("<span>latchkey.test</span>");
  });
});

describe("what the pages send", () => {
  test.each(Object.entries(MUTATIONS))("%s is in the contract", (_name, mutation) => {
    expect(validate(buildSchema(readText("test/contract/schema.graphql")), parse(mutation))).toEqual([]);
  });
});
