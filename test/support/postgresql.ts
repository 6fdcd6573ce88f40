import { Client } from "pg";

const CONNECT_PATIENCE_MS = 5000;

/** Where tests and fault programs find PostgreSQL; they make and drop databases of their own there. */
export function postgresqlServerUrl(): string {
  return process.env.TEST_POSTGRES_URL || "postgresql://postgres@127.0.0.1:5432/postgres";
}

/** The same server, another database. */
export function postgresqlDatabaseUrl(name: string): string {
  return Object.assign(new URL(postgresqlServerUrl()), { pathname: `/${name}` }).href;
}

/** One statement over a connection of its own. */
export async function askPostgresql(
  url: string,
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_PATIENCE_MS });
  // A connection that breaks says so with its query; unheard, the same error would end this process.
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(statement, [...parameters])).rows;
  } finally {
    await client.end();
  }
}
