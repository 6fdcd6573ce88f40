import { setTimeout as delay } from "node:timers/promises";
import { PASSWORD, SIGNUP } from "../support/journeys.js";
import { type Mailbox, startMailbox } from "../support/mailbox.js";
import { describeTimes, percentile, type Report } from "./figures.js";
import { REQUEST_RESET } from "./mail-kill.js";
import type { Setting } from "./program.js";
import { Stage } from "./stage.js";

const ROUNDS = { short: 25, full: 500 };
/** The first requests of a process are slow, whatever its mail does. */
const WARM_UP_ROUNDS = 5;
const GROSS = 2;
const PATIENCE_MS = 20_000;

/** A server of its own for each state of its mail server, and what its clients have waited for. */
interface Booth {
  readonly name: string;
  readonly mailbox: Mailbox;
  readonly stage: Stage;
  readonly times: Record<"signup" | "reset", number[]>;
  readonly errors: string[];
}

/** Side by side and in turn, so that whatever else this machine does meets all of them. */
export async function compareMailServers(setting: Setting, report: Report): Promise<void> {
  const [up, hanging, dead] = await Promise.all(
    ["up", "hanging", "dead"].map((name) => openBooth(setting, name)),
  );
  if (up === undefined || hanging === undefined || dead === undefined) throw new Error("No booths");
  hanging.mailbox.misbehave("NEVER_GREET");
  await dead.mailbox.close();
  const booths = [up, hanging, dead];
  const rounds = WARM_UP_ROUNDS + (setting.short ? ROUNDS.short : ROUNDS.full);
  for (let round = 1; round <= rounds; round++) {
    for (const booth of booths) await visit(booth, `person${round}@example.org`);
  }
  for (const operation of ["signup", "reset"] as const) compare(booths, operation, report);
  report.checkNone(
    "errors",
    booths.flatMap(({ errors }) => errors),
  );
  const expected = 2 * rounds;
  const deadline = performance.now() + PATIENCE_MS;
  while (up.mailbox.received < expected && performance.now() < deadline) await delay(50);
  report.check("meanwhile mails left where they could", up.mailbox.received === expected, expected);
  report.check("and nowhere else", hanging.mailbox.received + dead.mailbox.received === 0);
}

async function openBooth(setting: Setting, name: string): Promise<Booth> {
  const mailbox = await startMailbox();
  setting.scope.defer(() => mailbox.close());
  const stage = await Stage.open(setting, { SMTP_URL: mailbox.url });
  await stage.startServer();
  return { name, mailbox, stage, times: { signup: [], reset: [] }, errors: [] };
}

async function visit({ name, stage, times, errors }: Booth, email: string): Promise<void> {
  const signup = await stage.client.send(SIGNUP, { input: { email, password: PASSWORD } });
  const reset = await stage.client.send(REQUEST_RESET, { email });
  times.signup.push(signup.ms);
  times.reset.push(reset.ms);
  for (const { code } of [signup, reset]) if (code !== undefined) errors.push(`${name}: ${code}`);
}

function compare(booths: readonly Booth[], operation: "signup" | "reset", report: Report): void {
  const medians = booths.map(({ name, times }) => {
    const warm = times[operation].slice(WARM_UP_ROUNDS);
    report.figure(`${operation}, mail server ${name}`, describeTimes(warm));
    return percentile(warm, 0.5);
  });
  const ratio = Math.max(...medians) / Math.min(...medians);
  report.check(
    `${operation} is as fast whatever the mail server does`,
    ratio < GROSS,
    `medians 1 : ${ratio.toFixed(2)}`,
  );
}
