import { createServer, request, type Server } from "node:http";
import { Visit } from "../../support/browser.js";
import { login, signedUp, stateOf } from "../../support/journeys.js";
import { listenLocally } from "../../support/local-port.js";
import { RESET_LINK, result, startWithMailbox, tokenOf } from "../../support/mail-journeys.js";
import type { Mailbox } from "../../support/mailbox.js";
import type { TestApp } from "../../support/test-app.js";

const PREFIX = "/accounts";
const NEW_PASSWORD = "a brand new password";

/** A proxy that has the server under a path of its own, and takes it off. */
async function startProxy(target: () => string): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url = "" } = incoming;
    if (!url.startsWith(PREFIX)) return void outgoing.writeHead(404).end();
    const onward = request(target() + url.slice(PREFIX.length), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  return { server, url: `http://127.0.0.1:${await listenLocally(server)}${PREFIX}` };
}

describe("the links of mails, behind a proxy that has the server under a path of its own", () => {
  let proxy: { readonly url: string; readonly server: Server };
  let app: TestApp;
  let mailbox: Mailbox;

  beforeAll(async () => {
    proxy = await startProxy(() => app.url);
    ({ app, mailbox } = await startWithMailbox({ PUBLIC_URL: proxy.url }));
  });

  afterAll(() => void proxy.server.close());

  /** As it stands in the mail. */
  async function follow(link: string): Promise<Visit> {
    const visit = await Visit.begin(proxy.url);
    await visit.page.goto(link);
    return visit;
  }

  const press = ({ page }: Visit) => page.getByRole("button").click();
  const read = ({ page }: Visit, heading: string) => page.getByRole("heading", { name: heading }).waitFor();

  test("33: whoever opens the link spends nothing; its button confirms the address", async () => {
    const { email, accessToken } = await signedUp(app);
    const { link } = await mailbox.next(email);
    expect(link).toContain(`${proxy.url}/verify-email?token=`);
    for (const method of ["HEAD", "GET", "GET"]) expect((await fetch(link, { method })).status).toBe(200);
    const visit = await follow(link);
    await visit.page.reload();
    await press(visit);
    await read(visit, "Address confirmed");
    expect(await visit.page.getByRole("status").textContent()).toContain(email);
    const { body } = await app.graphql("{ me { emailVerified } }", { token: accessToken });
    expect(body.data.me.emailVerified).toBe(true);
    const again = await follow(link);
    await press(again);
    await read(again, "This link was used before");
  });

  test("23: a reset refuses a poor password, takes a good one, and ends every session", async () => {
    const { email, accessToken } = await signedUp(app);
    await result(app, "requestPasswordReset", { email });
    const { link } = await mailbox.next(email, RESET_LINK);
    const visit = await follow(link);
    const field = visit.page.getByLabel("New password", { exact: true });
    await field.fill("password123");
    await press(visit);
    await visit.page.getByText("Many people use this password").waitFor();
    await field.fill(NEW_PASSWORD);
    await press(visit);
    await read(visit, "Password changed");
    expect(await stateOf(app, accessToken)).toBe("SESSION_REVOKED");
    expect((await login(app, email, NEW_PASSWORD)).__typename).toBe("AuthPayload");
    expect(app.logLines.filter((line) => line.includes(tokenOf({ link })))).toEqual([]);
    expect(app.logLines.filter((line) => line.includes(NEW_PASSWORD))).toEqual([]);
  });

  test("a link that lost its end on the way does not work, and harms nothing", async () => {
    const { email } = await signedUp(app);
    const { link } = await mailbox.next(email);
    const cut = await follow(link.slice(0, -5));
    await press(cut);
    await read(cut, "This link does not work");
    const whole = await follow(link);
    await press(whole);
    await read(whole, "Address confirmed");
  });

  test("42: the page has the cookies of this browser, and the server takes it for its own", async () => {
    const { email } = await signedUp(app);
    const { link } = await mailbox.next(email);
    const visit = await Visit.begin(proxy.url);
    const { origin } = new URL(proxy.url);
    await visit.page.context().addCookies([{ name: "latchkey-device", value: "x", url: origin }]);
    await visit.page.goto(link);
    const answered = visit.page.waitForResponse("**/graphql");
    await press(visit);
    const answer = await answered;
    expect([answer.url(), answer.status()]).toEqual([`${proxy.url}/graphql`, 200]);
    expect(await answer.request().allHeaders()).toMatchObject({ cookie: "latchkey-device=x", origin });
  });
});
