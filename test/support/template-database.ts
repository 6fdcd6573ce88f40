import "reflect-metadata";
import { loadConfig } from "../../src/config/config.js";
import { openDatabase } from "../../src/database/database.js";
import { askPostgresql, postgresqlDatabaseUrl, postgresqlServerUrl } from "./postgresql.js";

/**
 * Jest calls this before all tests on PostgreSQL and once more after them. In between there is a migrated database to make
 * the others from: a copy takes a fraction of what the migrations take, several hundred times in a run.
 */
export default async function makeOrDropTemplate(): Promise<void> {
  const made = process.env.TEST_POSTGRES_TEMPLATE;
  if (made !== undefined) return drop(made);
  const name = `latchkey_test_${process.pid}_template`;
  await askPostgresql(postgresqlServerUrl(), `create database ${name}`);
  const database = await openDatabase(loadConfig({ DATABASE_URL: postgresqlDatabaseUrl(name) }));
  await database.migrate();
  await database.orm.close();
  // The workers inherit it.
  process.env.TEST_POSTGRES_TEMPLATE = name;
}

async function drop(name: string): Promise<void> {
  delete process.env.TEST_POSTGRES_TEMPLATE;
  await askPostgresql(postgresqlServerUrl(), `drop database ${name} with (force)`);
}
