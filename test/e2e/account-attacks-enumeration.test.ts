import { User } from "../../src/modules/user/user.entity.js";
import { UserStatus } from "../../src/modules/user/user.types.js";
import { errorOf, LOGIN, newEmail, SIGNUP, signedUp } from "../support/journeys.js";
import { ask, startWithMailbox } from "../support/mail-journeys.js";
import type { GraphqlAnswer, TestApp } from "../support/test-app.js";
import { isPostgresql } from "../support/test-database.js";
import { withoutValues } from "../support/trace.js";

const MAILS = 3;
const OTHER_PASSWORD = "another fine secret";

describe.each(["off", "optional", "required"])("with EMAIL_VERIFICATION=%s", (policy) => {
  const environment = { EMAIL_VERIFICATION: policy, MAILS_PER_ACCOUNT: String(MAILS) };
  let app: TestApp;
  let addresses: Readonly<Record<"known" | "verified" | "disabled" | "unknown", string>>;

  beforeEach(async () => {
    // What sends mails is another instance: what it takes is no part of the answers.
    const { app: sending } = await startWithMailbox({ EMAIL_VERIFICATION: "off" });
    const accounts = [await signedUp(sending), await signedUp(sending), await signedUp(sending)] as const;
    const [known, verified, disabled] = accounts;
    const em = sending.orm.em.fork();
    await em.nativeUpdate(User, { id: verified.userId }, { emailVerified: true });
    await em.nativeUpdate(User, { id: disabled.userId }, { status: UserStatus.DISABLED });
    addresses = {
      known: known.email,
      verified: verified.email,
      disabled: disabled.email,
      unknown: newEmail(),
    };
    app = await sending.startAnother(environment);
    // Those who have just signed up were sent a mail.
    if (isPostgresql) await app.execute("delete from attempt_counters");
  });

  /** Everything that shows, and what takes the time, of the same request until it is refused. */
  async function trace(address: string, request: () => Promise<GraphqlAnswer>) {
    const course = [];
    for (let i = 0; i <= MAILS; i++) {
      const before = app.statements.length;
      const { status, headers, body } = await request();
      const fixed = [...headers].filter(([name]) => !["date", "x-request-id", "set-cookie"].includes(name));
      const retryAfter = Number(errorOf({ body })?.retryAfter ?? body.data?.result?.retryAfter ?? 0);
      const shown = JSON.stringify(body)
        .replaceAll(address, "ADDRESS")
        .replace(/"retryAfter":\d+/, "");
      const isDelayed = retryAfter > 20 && retryAfter <= 30;
      const statements = app.statements.slice(before).map(withoutValues);
      course.push({ status, fixed, shown, retryAfter: isDelayed ? "delayed" : retryAfter, statements });
    }
    return course;
  }

  async function traceAll(request: (address: string) => Promise<GraphqlAnswer>) {
    const courses = [];
    for (const address of Object.values(addresses)) {
      courses.push(await trace(address, () => request(address)));
    }
    return courses;
  }

  test.each(["requestPasswordReset", "requestEmailVerification"] as const)(
    "12: %s tells nothing of an address, whatever account it has and however often it is asked",
    async (operation) => {
      const [first, ...others] = await traceAll((email) => ask(app, operation, { email }));
      for (const other of others) expect(other).toEqual(first);
      const isOff = policy === "off" && operation === "requestEmailVerification";
      expect(first?.at(-1)?.retryAfter).toBe(isOff ? 0 : "delayed");
    },
  );

  test("12: and the two have nothing to do with each other", async () => {
    for (let i = 0; i <= MAILS; i++) await ask(app, "requestPasswordReset", { email: addresses.known });
    const { body } = await ask(app, "requestEmailVerification", { email: addresses.known });
    expect(body.data.result).toBe(true);
  });

  if (policy !== "required") return;

  test("11: a signup and the login after it tell nothing of the address, either", async () => {
    const [first, ...others] = await traceAll((email) =>
      app.graphql(SIGNUP, { variables: { input: { email, password: OTHER_PASSWORD } } }),
    );
    for (const other of others) expect(other).toEqual(first);
    const [login, ...logins] = await traceAll((identifier) =>
      app.graphql(LOGIN, { variables: { input: { identifier, password: OTHER_PASSWORD } } }),
    );
    for (const other of logins) expect(other).toEqual(login);
    expect(login?.[0]?.shown).toContain("EmailNotVerified");
  });

  test("11: nor does a change to the address", async () => {
    const courses = [];
    for (const address of Object.values(addresses)) {
      const { accessToken } = await signedUp(await app.startAnother({ EMAIL_VERIFICATION: "off" }));
      courses.push(
        await trace(address, () =>
          ask(app, "requestEmailChange", { newEmail: address }, { token: accessToken }),
        ),
      );
    }
    const [first, ...others] = courses;
    for (const other of others) expect(other).toEqual(first);
    expect(first?.[0]?.shown).toContain("EmailVerificationSent");
    expect(first?.at(-1)?.shown).toContain("TooManyAttempts");
  });
});
