import { setTimeout as delay } from "node:timers/promises";
import { PASSWORD, SIGNUP } from "../support/journeys.js";
import { type Mailbox, type ReadMail, startMailbox } from "../support/mailbox.js";
import { FastTime } from "./fast-time.js";
import { describeTimes, type Report, Tally } from "./figures.js";
import type { Setting } from "./program.js";
import { Stage } from "./stage.js";

export const REQUEST_RESET = "mutation ($email: String!) { requestPasswordReset(email: $email) }";

const ROUNDS = { short: 3, full: 60 };
/** What a killed server had taken lies for two minutes: two seconds. */
const RATE = 60;
const LEASE_SECONDS = 120;
const LONGEST_LIFE_MS = 1500;
/** A mail takes about as long, from the first word to the deletion of its row. */
const MAIL_MS = 40;
/** Few: mail leaves more slowly than people ask for it, and none may wait for long in the end. */
const PEOPLE = 3;
const THINK_MS = 150;
const PATIENCE_MS = 15_000;
/** Between a mail's arrival and the deletion of its row, on a machine that is busy. */
const UNDER_WAY_MS = 500;

/** What somebody asked for, and what of it was acknowledged. */
interface Correspondent {
  readonly email: string;
  signup: "perhaps" | "yes";
  resetsAsked: number;
  resetsAcknowledged: number;
}

/** A process that is killed at any moment has kept its mails: each comes, and twice only where nobody could know. */
export async function killAmongMails(setting: Setting, report: Report): Promise<void> {
  let nextMail = Promise.withResolvers<void>();
  const mailbox = await startMailbox({
    onMailFrom: (_address, _session, answer) => {
      nextMail.resolve();
      answer();
    },
  });
  setting.scope.defer(() => mailbox.close());
  const time = new FastTime(RATE);
  const environment = { ...time.environment, SMTP_URL: mailbox.url, MAILS_PER_ACCOUNT: "1000" };
  const stage = await Stage.open(setting, environment);
  const rounds = setting.rounds ?? (setting.short ? ROUNDS.short : ROUNDS.full);
  const people: Correspondent[] = [];
  const kills: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const { server } = await stage.startServer();
    const traffic = new AbortController();
    const lives = Array.from({ length: PEOPLE }, () => correspond(stage, people, traffic.signal));
    await delay(Math.random() * LONGEST_LIFE_MS);
    // What matters is what is under way.
    nextMail = Promise.withResolvers();
    await Promise.race([nextMail.promise, delay(PATIENCE_MS)]);
    await delay(Math.random() * MAIL_MS);
    kills.push(performance.now());
    server.kill("SIGKILL");
    await server.exit;
    traffic.abort();
    await Promise.all(lives);
  }
  await stage.startServer();
  await time.passSeconds(LEASE_SECONDS);
  await untilNothingIsMissing(mailbox, people);
  report.figure("rounds", rounds);
  checkMails({ mailbox, people, kills, report });
  report.checkNone("faults found by the database's own checks", await stage.database.findFaults());
}

/** People who sign up and forget their password at once. */
async function correspond(stage: Stage, people: Correspondent[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const email = `person${people.length + 1}@example.org`;
    const person: Correspondent = { email, signup: "perhaps", resetsAsked: 0, resetsAcknowledged: 0 };
    people.push(person);
    const { value } = await stage.client.send(SIGNUP, { input: { email, password: PASSWORD } });
    if (value?.__typename === "AuthPayload") person.signup = "yes";
    if (person.signup === "yes") {
      person.resetsAsked += 1;
      if ((await stage.client.send(REQUEST_RESET, { email })).value === true) person.resetsAcknowledged += 1;
    }
    await delay(THINK_MS);
  }
}

async function untilNothingIsMissing(mailbox: Mailbox, people: readonly Correspondent[]): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (findMissing(mailbox, people).length > 0 && performance.now() < deadline) await delay(100);
}

function findMissing(mailbox: Mailbox, people: readonly Correspondent[]): string[] {
  return people.flatMap(({ email, signup, resetsAcknowledged }) => {
    const { verifications, resets } = countMails(mailbox, email);
    return [
      ...(signup === "yes" && verifications === 0 ? [`${email}: verification`] : []),
      ...(resets < resetsAcknowledged ? [`${email}: ${resetsAcknowledged - resets} resets`] : []),
    ];
  });
}

/** Each once, however often it came. */
function countMails(mailbox: Mailbox, email: string) {
  const links = new Set(mailbox.mails(email).map(({ link }) => link));
  const verifications = [...links].filter((link) => link.includes("/verify-email?")).length;
  return { verifications, resets: links.size - verifications };
}

interface Outcome {
  readonly mailbox: Mailbox;
  readonly people: readonly Correspondent[];
  /** When. */
  readonly kills: readonly number[];
  readonly report: Report;
}

function checkMails({ mailbox, people, kills, report }: Outcome): void {
  const acknowledged = new Tally();
  for (const { signup, resetsAcknowledged } of people) {
    acknowledged.add("signup", signup === "yes" ? 1 : 0);
    acknowledged.add("reset", resetsAcknowledged);
  }
  const unasked = people.filter(({ email, resetsAsked }) => {
    const { verifications, resets } = countMails(mailbox, email);
    return verifications > 1 || resets > resetsAsked;
  });
  const repeats = findRepeats(mailbox.all());
  // What was on the line when the server was killed arrives after it.
  const distanceOf = ({ receivedAt }: ReadMail): number =>
    Math.min(...kills.map((at) => Math.abs(at - receivedAt)));
  const unexplained = repeats.filter((mail) => !(distanceOf(mail) < UNDER_WAY_MS));
  report.figure("acknowledged", acknowledged);
  report.figure(
    "mails that came twice, with the same Message-ID",
    `${repeats.length} of ${mailbox.received}`,
  );
  report.figure("the first of them and the nearest kill lie apart", describeTimes(repeats.map(distanceOf)));
  const wasBusy = acknowledged.of("signup") > 0 && acknowledged.of("reset") > 0;
  report.check("there was something to send", wasBusy, acknowledged.total);
  report.checkNone("acknowledged and no mail", findMissing(mailbox, people), ` of ${acknowledged.total}`);
  report.checkNone(
    "more mails than were asked for",
    unasked.map(({ email }) => email),
  );
  report.checkNone(
    "mails that came twice without a kill in between",
    unexplained.map(({ to, messageId }) => `${to} ${messageId}`),
  );
}

/** The first of each that came again. */
function findRepeats(mails: readonly ReadMail[]): ReadMail[] {
  const seen = new Map<string, ReadMail>();
  return mails.flatMap((mail) => {
    const earlier = seen.get(mail.messageId);
    seen.set(mail.messageId, mail);
    return earlier === undefined ? [] : [earlier];
  });
}
