import { setTimeout as delay } from "node:timers/promises";
import { LOGIN, PASSWORD, SIGNUP } from "../support/journeys.js";
import { askPostgresql } from "../support/postgresql.js";
import { checkErrors, checkLedger } from "./audit.js";
import { CommitCutter, type Cut } from "./commit-cutter.js";
import { createDatabase, type FaultDatabase } from "./databases.js";
import { describeTimes, percentile, type Report, Tally } from "./figures.js";
import type { Outcome } from "./graphql-client.js";
import type { FaultProgram, Setting } from "./program.js";
import { Stage } from "./stage.js";

const ROUNDS = { short: 10, full: 200 };
const TRAFFIC_MS = { short: 4000, full: 30_000 };
const CUT_SHARE = 0.2;
/** What was committed is nearly always answered so: the server reads back what became of it. */
const READ_BACK_SHARE = 0.9;

/** 51: the connection breaks at the COMMIT, the one moment when its outcome is unknown. */
export const commitCut: FaultProgram = {
  name: "commit-cut",
  databases: ["postgresql"],
  isAlone: false,
  promise: "51: a connection that breaks at the COMMIT makes no lie and nothing twice",
  async run(setting, report) {
    const database = await createDatabase("postgresql", setting.scope);
    const cutter = await CommitCutter.listen(database.url, setting.scope);
    const stage = await Stage.open(setting, {}, { ...database, url: cutter.through(database.url) });
    await stage.startServer();
    const rounds = setting.rounds ?? (setting.short ? ROUNDS.short : ROUNDS.full);
    for (const cut of ["before", "after"] as const) {
      const seen = await cutOneByOne(stage, cutter, { cut, rounds, database });
      checkOneByOne(seen, { cut, rounds, report });
    }
    await cutTraffic(setting, stage, { cutter, report });
    await stage.auditAll();
    checkLedger(stage.ledger, report);
    checkErrors(stage.ledger, report, /^SERVICE_UNAVAILABLE$/);
    report.checkNone("faults found by the database's own checks", await database.findFaults());
  },
};

interface Observations {
  readonly signups: Tally;
  readonly logins: Tally;
  readonly times: number[];
  /** Where what was answered and what is in the database do not go together. */
  readonly lies: string[];
  uncut: number;
}

interface Plan {
  readonly cut: Cut;
  readonly rounds: number;
  readonly database: FaultDatabase;
}

/** One operation at a time, its commit cut: what was answered is held against the rows that are there. */
async function cutOneByOne(
  stage: Stage,
  cutter: CommitCutter,
  { cut, rounds, database }: Plan,
): Promise<Observations> {
  const seen: Observations = { signups: new Tally(), logins: new Tally(), times: [], lies: [], uncut: 0 };
  const operate = async (query: string, input: object): Promise<Outcome> => {
    const cutsBefore = cutter.cuts;
    let isArmed = true;
    cutter.decide = () => {
      const decision = isArmed ? cut : "none";
      isArmed = false;
      return decision;
    };
    const outcome = await stage.client.send(query, { input });
    if (cutter.cuts === cutsBefore) seen.uncut += 1;
    seen.times.push(outcome.ms);
    return outcome;
  };
  for (let round = 0; round < rounds; round++) {
    const { email } = stage.ledger.newPerson();
    const signup = nameOf(await operate(SIGNUP, { email, password: PASSWORD }));
    seen.signups.add(signup);
    const made = await countRows(database, email);
    const isRight = signup === "AuthPayload" ? made === "1 user, 1 session" : isWholeOrNothing(made);
    if (!isRight) seen.lies.push(`signup was answered ${signup}, and there is ${made}`);
    if (made === "no user") continue;
    const login = nameOf(await operate(LOGIN, { identifier: email, password: PASSWORD }));
    seen.logins.add(login);
    const after = await countRows(database, email);
    const isOpened = after === "1 user, 2 session";
    const isHonest = isOpened || (login !== "AuthPayload" && after === made);
    if (!isHonest) seen.lies.push(`login was answered ${login}, and there is ${after} after ${made}`);
  }
  cutter.decide = () => "none";
  return seen;
}

function checkOneByOne(
  { signups, logins, times, lies, uncut }: Observations,
  { cut, rounds, report }: { cut: Cut; rounds: number; report: Report },
): void {
  const successes = signups.of("AuthPayload") + logins.of("AuthPayload");
  const share = successes / (signups.total + logins.total);
  report.figure(`cut ${cut}: signups by answer`, signups);
  report.figure(`cut ${cut}: logins by answer`, logins);
  report.figure(`cut ${cut}: answered in`, describeTimes(times));
  report.check(
    `cut ${cut}: every commit was cut`,
    signups.total === rounds && uncut === 0,
    `${uncut} were not`,
  );
  report.checkNone(`cut ${cut}: answers that the rows belie`, lies);
  const codes = [...signups.names, ...logins.names].filter(
    (name) => !/^(AuthPayload|SERVICE_UNAVAILABLE)$/.test(name),
  );
  report.checkNone(`cut ${cut}: answers of another kind`, codes);
  const percent = `${(share * 100).toFixed(1)} %`;
  if (cut === "after")
    report.check("cut after: answered with success, 90 %", share >= READ_BACK_SHARE, percent);
  else report.figure("cut before: answered with success", percent);
}

async function cutTraffic(
  setting: Setting,
  stage: Stage,
  { cutter, report }: { cutter: CommitCutter; report: Report },
): Promise<void> {
  const traffic = stage.newTraffic({ people: 8, thinkMs: 5 });
  const decided = new Tally();
  const times: number[] = [];
  stage.client.onOutcome = ({ ms }) => times.push(ms);
  cutter.decide = () => {
    const dice = Math.random();
    const cut = dice > CUT_SHARE ? "none" : dice < CUT_SHARE / 2 ? "before" : "after";
    decided.add(cut);
    return cut;
  };
  traffic.start();
  await delay(setting.short ? TRAFFIC_MS.short : TRAFFIC_MS.full);
  await traffic.stop();
  cutter.decide = () => "none";
  report.check(
    "traffic: commits were cut both ways",
    decided.of("before") > 0 && decided.of("after") > 0,
    decided,
  );
  report.check(
    "traffic: answered in time, p99 under 6 s",
    percentile(times, 0.99) < 6000,
    describeTimes(times),
  );
}

const nameOf = ({ code, value }: Outcome): string => code ?? value.__typename;

const isWholeOrNothing = (rows: string): boolean => ["no user", "1 user, 1 session"].includes(rows);

/** Asked past the cutter. */
async function countRows({ url }: FaultDatabase, email: string): Promise<string> {
  const [row] = await askPostgresql(
    url,
    `select count(distinct users.id) as users, count(sessions.id) as sessions
     from users left join sessions on sessions.user_id = users.id where users.email = $1`,
    [email],
  );
  if (Number(row?.users) === 0) return "no user";
  return `${row?.users} user, ${row?.sessions} session`;
}
