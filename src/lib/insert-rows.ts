import type { EntityClass, EntityManager } from "@mikro-orm/core";
import { CompiledQuery, type Kysely } from "kysely";

/** A row by the names of the entity's properties; a reference is the id that it refers to. */
export type Row<Entity> = {
  readonly [Name in keyof Entity as Entity[Name] extends (...args: never) => unknown
    ? never
    : Name]: Entity[Name] extends { readonly id: string } ? string : Entity[Name];
};

interface Column {
  readonly property: string;
  readonly name: string;
}

/**
 * Inserts rows by the hundreds with one statement, where a unit of work would take a hundred times as long. To be called in a
 * transaction. A row that a unique index refuses is passed over: nothing fails, and PostgreSQL logs nothing.
 *
 * @returns the ids of those that are in
 */
export async function insertRows<Entity extends { id: string }>(
  em: EntityManager,
  entity: EntityClass<Entity>,
  rows: readonly Row<Entity>[],
): Promise<ReadonlySet<string>> {
  const { tableName, props } = em.getMetadata().get(entity);
  const columns = props.map((property) => ({
    property: property.name,
    name: property.fieldNames[0] ?? "",
  }));
  // Of the two only PostgreSQL has schemas.
  const isSqlite = em.getPlatform().getDefaultSchemaName() === undefined;
  const write = isSqlite ? writeForSqlite : writeForPostgresql;
  // One parameter, however many rows: the statement is always the same one.
  const json = JSON.stringify(rows.map((row) => toJson(row, columns, isSqlite)));
  const transaction = em.getTransactionContext<Kysely<unknown>>();
  if (transaction === undefined) throw new Error("insertRows() needs a transaction");
  const { rows: inserted } = await transaction.executeQuery<{ id: string }>(
    CompiledQuery.raw(write(tableName, columns), [json]),
  );
  return new Set(inserted.map(({ id }) => id));
}

function toJson(row: object, columns: readonly Column[], isSqlite: boolean): Record<string, unknown> {
  return Object.fromEntries(
    columns.map(({ property, name }) => {
      const value = (row as Record<string, unknown>)[property];
      // Where MikroORM keeps milliseconds.
      return [name, isSqlite && value instanceof Date ? value.getTime() : value];
    }),
  );
}

function writeForSqlite(table: string, columns: readonly Column[]): string {
  const names = columns.map(({ name }) => name);
  return `insert into ${table} (${names.join()}) select ${names.map((name) => `value ->> '${name}'`).join()}
    from json_each(?) where true on conflict do nothing returning id`;
}

function writeForPostgresql(table: string, columns: readonly Column[]): string {
  const names = columns.map(({ name }) => name).join();
  return `insert into ${table} (${names}) select ${names}
    from json_populate_recordset(null::${table}, $1::json) on conflict do nothing returning id`;
}
