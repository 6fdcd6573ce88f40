import { PASSWORD, SIGNUP } from "../support/journeys.js";
import { askPostgresql } from "../support/postgresql.js";
import { CommitCutter } from "./commit-cutter.js";
import { postgresDatabase } from "./databases.js";
import { describeTimes, Tally } from "./figures.js";
import { PostgresCluster } from "./postgres-cluster.js";
import type { FaultProgram } from "./program.js";
import { Stage } from "./stage.js";

const ROUNDS = { short: 5, full: 50 };
/** More than the few that were given out and lost. */
const REUSED_IDS = 20;

/**
 * 51: the database crashes at the COMMIT, and others are quicker to come back. PostgreSQL then gives out once more the
 * transaction ids whose records it had not written yet: to ask for the outcome by id is to be told of a stranger's.
 */
export const commitCrash: FaultProgram = {
  name: "commit-crash",
  databases: ["postgresql"],
  isAlone: false,
  promise: "51: a database that crashes at the COMMIT makes no lie either",
  async run(setting, report) {
    const cluster = await PostgresCluster.create(setting.scope);
    await askPostgresql(cluster.url, "create table strangers (id int)");
    const cutter = await CommitCutter.listen(cluster.url, setting.scope);
    const stage = await Stage.open(setting, {}, postgresDatabase(cutter.through(cluster.url)));
    await stage.startServer();
    const rounds = setting.rounds ?? (setting.short ? ROUNDS.short : ROUNDS.full);
    const [answers, times]: [Tally, number[]] = [new Tally(), []];
    const lies: string[] = [];
    for (let round = 0; round < rounds; round++) {
      armOnce(cutter, cluster);
      const { email } = stage.ledger.newPerson();
      const { code, value, ms } = await stage.client.send(SIGNUP, { input: { email, password: PASSWORD } });
      await cutter.gate;
      times.push(ms);
      const answer: string = code ?? value.__typename;
      answers.add(answer);
      const rows = await askPostgresql(cluster.url, "select id from users where email = $1", [email]);
      const isHonest = rows.length === 1 || (rows.length === 0 && answer !== "AuthPayload");
      if (!isHonest) lies.push(`${answer}, and ${rows.length} rows`);
    }
    report.figure("crashes at the COMMIT of a signup", cutter.cuts);
    report.figure("answered in", describeTimes(times));
    report.check("every commit met a crash", cutter.cuts === rounds, `${cutter.cuts} of ${rounds}`);
    const others = answers.names.filter((answer) => !/^(AuthPayload|SERVICE_UNAVAILABLE)$/.test(answer));
    report.checkNone("answers other than success and SERVICE_UNAVAILABLE", others);
    report.figure("signups by answer", answers);
    report.checkNone("answers that the rows belie", lies);
  },
};

/** At the next COMMIT the database crashes, and the server gets to it only after others have been there. */
function armOnce(cutter: CommitCutter, cluster: PostgresCluster): void {
  cutter.decide = () => {
    cutter.decide = () => "none";
    cutter.gate = crashAndReuseIds(cluster);
    return "before";
  };
}

async function crashAndReuseIds(cluster: PostgresCluster): Promise<void> {
  await cluster.stop("immediate");
  await cluster.start();
  for (let id = 0; id < REUSED_IDS; id++)
    await askPostgresql(cluster.url, "insert into strangers values ($1)", [id]);
}
