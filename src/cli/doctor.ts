import type { Config } from "../config/config.js";
import { isPostgresqlUrl } from "../config/config.js";
import type { Command } from "./command.js";
import { type Finding, fail } from "./doctor/finding.js";
import { checkHashing } from "./doctor/hashing.check.js";
import { checkMail } from "./doctor/mail.check.js";
import { checkOrigins } from "./doctor/origins.check.js";
import { checkPasskeys } from "./doctor/passkeys.check.js";
import { checkProxy } from "./doctor/proxy.check.js";
import { createRedaction, inOneLine } from "./doctor/redaction.js";
import { checkRuntime } from "./doctor/runtime.check.js";
import { checkSecrets } from "./doctor/secrets.check.js";

type Check = (config: Config) => readonly Finding[] | Promise<readonly Finding[]>;

/** In the order of the report. */
const CHECKS: readonly (readonly [name: string, check: Check])[] = [
  ["Node.js", () => checkRuntime(process.versions.node)],
  ["secrets", (config) => checkSecrets(config)],
  ["origins", checkOrigins],
  ["passkeys", checkPasskeys],
  ["proxy", checkProxy],
  ["database", checkDatabase],
  ["hashing", checkHashing],
  ["mail", checkMail],
];

/** Looks at everything that an operator can get wrong, also beside a running server. Changes nothing. */
export const doctorCommand: Command = {
  summary: "checks configuration, database, keys, password hashing and mail; changes nothing",
  async run(config) {
    const redact = createRedaction(config);
    const counts = { ok: 0, warn: 0, FAIL: 0 };
    for (const [name, check] of CHECKS) {
      for (const finding of await findingsOf(name, check, config)) {
        counts[finding.verdict] += 1;
        console.log(inOneLine(redact(describeFinding(finding))));
      }
    }
    console.log(`${counts.ok} ok, ${counts.warn} to look at (warn), ${counts.FAIL} to mend (FAIL)`);
    if (counts.FAIL > 0) process.exitCode = 1;
  },
};

/** A check that breaks is a finding, too: the others go on. */
async function findingsOf(name: string, check: Check, config: Config): Promise<readonly Finding[]> {
  try {
    return await check(config);
  } catch (error) {
    return [fail(name, `could not be checked: ${(error as Error).message}`, "see whether the server starts")];
  }
}

/** Only the driver that is needed is loaded. */
async function checkDatabase(config: Config): Promise<readonly Finding[]> {
  if (isPostgresqlUrl(config.databaseUrl)) {
    return (await import("./doctor/postgresql.check.js")).checkPostgresql(config);
  }
  return (await import("./doctor/sqlite.check.js")).checkSqlite(config);
}

function describeFinding({ verdict, name, seen, advice }: Finding): string {
  return `${verdict.padEnd(4)}  ${name}: ${seen}${advice === undefined ? "" : ` - ${advice}`}`;
}
