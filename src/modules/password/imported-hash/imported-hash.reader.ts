import type { Database } from "better-sqlite3";
import type { Pool } from "pg";

/** The first stored hash that is not of our making and comes after a text, in the order of bytes. Null when there is none. */
export type FindImportedHashAfter = (text: string) => Promise<string | null>;

/**
 * The condition is the one of users_foreign_password_hash_index, word by word: it is looked for nowhere else. The index is
 * empty but for imported accounts.
 */
export const sqlImportedHashAfter = (parameter: string): string => `
  select password_hash from users
  where (password_hash < '$argon2id$' or password_hash > '$argon2id$~') and password_hash > ${parameter}
  order by password_hash limit 1`;

interface Row {
  readonly password_hash: string;
}

export function findInPostgresql(client: Pool): FindImportedHashAfter {
  return async (text) => {
    const { rows } = await client.query<Row>(sqlImportedHashAfter("$1"), [text]);
    return rows[0]?.password_hash ?? null;
  };
}

export function findInSqlite(client: Database): FindImportedHashAfter {
  const find = client.prepare<[string], Row>(sqlImportedHashAfter("?"));
  return async (text) => find.get(text)?.password_hash ?? null;
}
