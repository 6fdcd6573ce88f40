import type { EntityManager } from "@mikro-orm/core";
import type pg from "pg";
import type { Config } from "../../config/config.js";
import { openPostgresql, type PostgresqlDatabase } from "../../database/postgresql.js";
import { sqlMilliseconds } from "../../lib/sql-milliseconds.js";
import { StartError } from "../../lib/start-error.js";
import { migrations } from "../../migrations/postgresql/index.js";
import { type Finding, fail } from "./finding.js";
import { judgeMigrations } from "./migrations.verdict.js";
import { checkOutbox } from "./outbox.check.js";
import {
  judgeConnections,
  judgeDurability,
  judgeSkew,
  judgeTls,
  judgeVersion,
  judgeWrites,
  refuseRole,
} from "./postgresql.verdicts.js";
import { checkSigningKeys } from "./signing-keys.check.js";

const SKEW_SAMPLES = 5;

const SERVER = `
  select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
    current_database() as database, pg_is_in_recovery() as standby,
    current_setting('transaction_read_only') = 'on' as read_only,
    to_regclass('mikro_orm_migrations') is not null as migrated,
    coalesce(has_table_privilege(to_regclass('mikro_orm_migrations'), 'select'), true) as may_read`;

const SETTINGS = `
  select current_setting('synchronous_commit') as synchronous_commit, current_setting('fsync') as fsync,
    current_setting('full_page_writes') as full_page_writes`;

/** What counts is the least of the limits of the server, the database and the role; -1 is none. */
const CONNECTIONS = `
  select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as server,
    (select datconnlimit from pg_database where datname = current_database()) as database,
    (select rolconnlimit from pg_roles where rolname = current_user) as role`;

const PRIVILEGES = `
  select bool_and(has_table_privilege(oid, 'select') and has_table_privilege(oid, 'insert')
    and has_table_privilege(oid, 'update') and has_table_privilege(oid, 'delete')) as may_write
  from pg_class where relkind = 'r' and relnamespace = (select relnamespace from pg_class where oid = 'users'::regclass)
    and relname in ('users', 'sessions', 'signing_keys', 'attempt_counters', 'transaction_marks', 'one_time_tokens',
      'outbox_mails', 'pending_signups')`;

export async function checkPostgresql(config: Config): Promise<readonly Finding[]> {
  const tls = judgeTls(config.databaseUrl);
  let database: PostgresqlDatabase;
  try {
    database = await openPostgresql({ ...config, databasePoolSize: 2 }, {});
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return [tls, fail("database", error.message, "check DATABASE_URL, the network and pg_hba.conf")];
  }
  try {
    return [tls, ...(await checkServer(database, config))];
  } finally {
    await database.orm.close();
  }
}

async function checkServer({ client, orm }: PostgresqlDatabase, config: Config): Promise<readonly Finding[]> {
  const server = await askOne(client, SERVER);
  if (!server.may_read) return [judgeVersion(server), refuseRole("read the tables")];
  const done = server.migrated ? (await client.query("select name from mikro_orm_migrations")).rows : [];
  const names = done.map(({ name }) => String(name));
  const isReady = migrations.every(({ name }) => names.includes(name));
  return [
    judgeVersion(server),
    await checkWrites(client, { ...server, isReady }),
    judgeMigrations(migrations, names, config),
    judgeConnections(await askOne(client, CONNECTIONS), config.databasePoolSize),
    ...judgeDurability(await askOne(client, SETTINGS), config),
    judgeSkew(...(await measureSkew(client))),
    ...(isReady ? await checkContent(orm.em.fork(), config) : []),
  ];
}

async function checkContent(em: EntityManager, config: Config): Promise<readonly Finding[]> {
  return [...(await checkSigningKeys(em, config, Date.now())), await checkOutbox(em, Date.now())];
}

type Row = Readonly<Record<string, unknown>>;

async function checkWrites(client: pg.Pool, { isReady, ...server }: Row): Promise<Finding> {
  // Before there are tables there is nothing to ask for.
  const privileges = isReady ? await askOne(client, PRIVILEGES) : { may_write: true };
  return judgeWrites({ ...server, ...privileges });
}

/** Of several round trips the shortest tells most: the database was asked some time within it. */
async function measureSkew(client: pg.Pool): Promise<[skewMs: number, uncertaintyMs: number]> {
  const samples: [number, number][] = [];
  while (samples.length < SKEW_SAMPLES) {
    const sentAt = Date.now();
    const startedAt = performance.now();
    const { now } = await askOne(client, `select ${sqlMilliseconds("clock_timestamp()")} as now`);
    const halfMs = (performance.now() - startedAt) / 2;
    samples.push([Number(now) - (sentAt + halfMs), halfMs]);
  }
  samples.sort(([, one], [, other]) => one - other);
  return samples[0] ?? [Number.NaN, Number.NaN];
}

async function askOne(client: pg.Pool, sql: string): Promise<Record<string, unknown>> {
  const { rows } = await client.query(sql);
  return rows[0] ?? {};
}
