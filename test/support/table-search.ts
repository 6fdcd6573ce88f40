import type { TestApp } from "./test-app.js";
import { isPostgresql } from "./test-database.js";

/** Tables in which any column of any row has one of these texts. */
export async function tablesWith(app: TestApp, texts: readonly string[]): Promise<string[]> {
  const names = isPostgresql
    ? "select table_name as name from information_schema.tables where table_schema = 'public'"
    : "select name from sqlite_schema where type = 'table'";
  const found: string[] = [];
  for (const { name } of await app.database.ask(names)) {
    const rows = JSON.stringify(await app.database.ask(`select * from "${name}"`));
    if (texts.some((text) => rows.includes(text))) found.push(String(name));
  }
  return found;
}
