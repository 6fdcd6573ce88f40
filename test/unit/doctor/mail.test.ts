import { checkMail } from "../../../src/cli/doctor/mail.check.js";
import { startSmtpServer, type TestSmtpServer } from "../../support/smtp.js";

const PASSWORD = "s3same, open!";
const SITE = { mailFrom: { name: null, address: "no-reply@auth.example.org" }, isMailFromSet: true };

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
    const [finding] = await checkMail({ ...SITE, smtpUrl: url(), isProduction: true });
    expect(finding).toMatchObject({ name: "SMTP_URL", verdict, seen: expect.stringMatching(seen) });
  });

  test("none at all is worth a word in production, and elsewhere mails are printed", async () => {
    const findingsIn = (isProduction: boolean) => checkMail({ ...SITE, smtpUrl: undefined, isProduction });
    expect(await findingsIn(true)).toMatchObject([
      { verdict: "warn", seen: expect.stringContaining("no mail is sent") },
    ]);
    expect(await findingsIn(false)).toEqual([
      { verdict: "ok", name: "SMTP_URL", seen: expect.stringContaining("mails are printed") },
    ]);
  });

  test.each([
    [true, false, "warn"],
    [true, true, "ok"],
    [false, false, "ok"],
  ])(
    "in production %s and with MAIL_FROM %s, who mails come from is %s",
    async (isProduction, isSet, verdict) => {
      const smtpUrl = smtp.urlOf("mailer", PASSWORD);
      const [, finding] = await checkMail({ ...SITE, smtpUrl, isProduction, isMailFromSet: isSet });
      expect(finding).toMatchObject({
        name: "MAIL_FROM",
        verdict,
        seen: expect.stringContaining("no-reply@auth.example.org"),
        ...(verdict === "warn" && {
          advice: expect.stringContaining("SPF record of auth.example.org allow the server"),
        }),
      });
    },
  );
});
