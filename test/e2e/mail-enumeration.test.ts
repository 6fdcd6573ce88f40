import { User } from "../../src/modules/user/user.entity.js";
import { UserStatus } from "../../src/modules/user/user.types.js";
import { newEmail, signedUp, signup } from "../support/journeys.js";
import { DOCUMENTS, result, startWithMailbox, verifyEmail } from "../support/mail-journeys.js";
import { emptied, mailLines } from "../support/outbox-watch.js";
import { TestApp } from "../support/test-app.js";
import { trace } from "../support/trace.js";

const ROUNDS = 30;
const ROOM = { MAILS_PER_ACCOUNT: "1000" };

describe.each(["requestPasswordReset", "requestEmailVerification"] as const)("12: %s", (operation) => {
  /** An address for everything that can be behind one. */
  async function everybody(app: TestApp) {
    const [verified, unverified, disabled] = [await signedUp(app), await signedUp(app), await signedUp(app)];
    const users = app.orm.em.fork();
    await users.nativeUpdate(User, { email: verified.email }, { emailVerified: true });
    await users.nativeUpdate(User, { email: disabled.email }, { status: UserStatus.DISABLED });
    const required = await app.startAnother({ EMAIL_VERIFICATION: "required" });
    const pending = newEmail();
    expect((await signup(required, { email: pending })).__typename).toBe("EmailVerificationSent");
    return [newEmail(), verified.email, unverified.email, disabled.email, pending];
  }

  test("says and does the same whatever is behind an address", async () => {
    const app = await TestApp.startDurable();
    const traces = [];
    for (const email of await everybody(app)) traces.push(await trace(app, DOCUMENTS[operation], { email }));
    const [ofUnknown, ...others] = traces;
    expect(ofUnknown).toMatchObject({ status: 200, body: { data: { result: true } } });
    expect(ofUnknown?.statements.filter((sql) => sql.includes("outbox_mails"))).toHaveLength(1);
    expect(ofUnknown?.statements.filter((sql) => /users|pending_signups|one_time_tokens/.test(sql))).toEqual(
      [],
    );
    for (const other of others) expect(other).toEqual(ofUnknown);
  });

  test("says the same while the mail server is dead, and the log the same, too", async () => {
    const { app, mailbox } = await startWithMailbox(ROOM);
    const { email: known } = await signedUp(app);
    await mailbox.next(known);
    await mailbox.close();
    const unknown = newEmail();
    const traceOf = async (email: string) => {
      const { statements, ...visible } = await trace(app, DOCUMENTS[operation], { email });
      return visible;
    };
    expect(await traceOf(known)).toEqual(await traceOf(unknown));
    expect(await traceOf(known)).toMatchObject({ status: 200, body: { data: { result: true } } });
  });

  // After what is done is the same: a coarse look at the clock, with a server that would hold up whoever waits for it.
  test("takes the same time while the mail server hangs", async () => {
    const { app, mailbox } = await startWithMailbox(ROOM);
    const { email: known } = await signedUp(app);
    await mailbox.next(known);
    mailbox.misbehave("NEVER_GREET");
    const times: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const who of ["known", "unknown"] as const) {
        const startedAt = performance.now();
        await result(app, operation, { email: who === "known" ? known : newEmail() });
        times[who].push(performance.now() - startedAt);
      }
    }
    const [ofKnown, ofUnknown] = [medianOf(times.known), medianOf(times.unknown)];
    expect(Math.max(ofKnown, ofUnknown)).toBeLessThan(3 * Math.min(ofKnown, ofUnknown) + 50);
  });
});

test("12: who has no account gets no mail, and who has a verified one is not asked to verify it", async () => {
  const { app, mailbox } = await startWithMailbox();
  const [unknown, { email }] = [newEmail(), await signedUp(app)];
  const token = new URL((await mailbox.next(email)).link).searchParams.get("token") ?? "";
  expect(await verifyEmail(app, token)).toMatchObject({ email });
  await result(app, "requestPasswordReset", { email: unknown });
  await result(app, "requestEmailVerification", { email: unknown });
  await result(app, "requestEmailVerification", { email });
  await emptied(app);
  expect(mailbox.received).toBe(1);
  expect(mailLines(app).map(({ msg }) => msg)).toEqual(["mail sent"]);
});

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
