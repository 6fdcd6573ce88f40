import { checkMail } from "../../../src/cli/doctor/mail.check.js";
import { startSmtpServer, type TestSmtpServer } from "../../support/smtp.js";

const PASSWORD = "s3same, open!";

describe("doctor about mail servers", () => {
  let smtp: TestSmtpServer;
  let loginless: TestSmtpServer;
  beforeAll(async () => {
    smtp = await startSmtpServer(PASSWORD);
    loginless = await startSmtpServer(null);
  });
  afterAll(() => Promise.all([smtp.close(), loginless.close()]));

  test.each<[string, () => string, string, RegExp]>([
    ["that lets us in", () => smtp.urlOf("mailer", PASSWORD), "ok", /^127\.0\.0\.1:\d+ answers, logged in$/],
    ["that refuses the login", () => smtp.urlOf("mailer", "wrong-one"), "FAIL", /Invalid login: 535/],
    ["that is not there", () => "smtp://127.0.0.1:1", "FAIL", /ECONNREFUSED/],
    ["without TLS", () => `${smtp.urlOf("mailer", PASSWORD)}?requireTLS=true`, "FAIL", /STARTTLS/],
    ["that knows no login", () => loginless.urlOf("mailer", PASSWORD), "FAIL", /./],
    ["that needs none", () => loginless.urlOf("", "").replace(":@", ""), "ok", / answers, without login$/],
  ])("one %s", async (_, url, verdict, seen) => {
    const findings = await checkMail({ smtpUrl: url(), isProduction: true });
    expect(findings).toMatchObject([{ verdict, seen: expect.stringMatching(seen) }]);
  });

  test("none at all is worth a word in production", async () => {
    const verdictIn = async (isProduction: boolean) =>
      (await checkMail({ smtpUrl: undefined, isProduction }))[0]?.verdict;
    expect([await verdictIn(true), await verdictIn(false)]).toEqual(["warn", "ok"]);
  });
});
