import type { Config } from "../../config/config.js";
import { type Finding, fail, ok, warn } from "./finding.js";

const NAME = "migrations";

/**
 * @param executed names of those that the database has seen. Read from its table as it is: to ask the migrator would
 *   make that table
 */
export function judgeMigrations(
  known: readonly { readonly name: string }[],
  executed: readonly string[],
  { migrateOnStart }: Pick<Config, "migrateOnStart">,
): Finding {
  const pending = known.filter(({ name }) => !executed.includes(name));
  const foreign = executed.filter((name) => known.every((migration) => migration.name !== name));
  if (foreign.length > 0) {
    const seen = `${foreign.length} of a newer version than this one`;
    return warn(NAME, seen, "run the version that the database was migrated for");
  }
  if (pending.length === 0) return ok(NAME, `all ${known.length} applied`);
  const seen = `${pending.length} of ${known.length} pending`;
  if (migrateOnStart) return warn(NAME, seen, 'the next start applies them; or run "npm run migrate"');
  return fail(
    NAME,
    `${seen}, with MIGRATE_ON_START=false: the server does not start`,
    'run "npm run migrate"',
  );
}
