import { isNativeError } from "node:util/types";

/**
 * What a failing database means for the one who asked:
 * - CONFLICT: the database chose this transaction to give way (serialisation failure, deadlock). It left no trace.
 * - CONNECTION_LOST: the connection went away in the middle. Without a COMMIT sent, nothing happened.
 * - UNAVAILABLE: the database does not answer, in time or at all. Trying again is the client's to do, later.
 *
 * Everything else (null) is a fault of ours or an answer, such as a violated unique index.
 */
export type DatabaseFault = "CONFLICT" | "CONNECTION_LOST" | "UNAVAILABLE";

/** SQLSTATEs (PostgreSQL, Appendix A), errors of Node's sockets, and SQLite's result codes. */
const FAULTS_BY_CODE = new Map<string, DatabaseFault>([
  ["40001", "CONFLICT"], // serialization_failure
  ["40P01", "CONFLICT"], // deadlock_detected
  ["57P01", "CONNECTION_LOST"], // admin_shutdown
  ["57P02", "CONNECTION_LOST"], // crash_shutdown
  ["57P05", "CONNECTION_LOST"], // idle_session_timeout
  ["25P04", "CONNECTION_LOST"], // transaction_timeout
  ["25P03", "CONNECTION_LOST"], // idle_in_transaction_session_timeout
  ["ECONNRESET", "CONNECTION_LOST"],
  ["EPIPE", "CONNECTION_LOST"],
  ["57P04", "UNAVAILABLE"], // database_dropped
  ["57P03", "UNAVAILABLE"], // cannot_connect_now: starting up or shutting down
  ["57014", "UNAVAILABLE"], // query_canceled: statement_timeout
  ["55P03", "UNAVAILABLE"], // lock_not_available: lock_timeout
  ["25006", "UNAVAILABLE"], // read_only_sql_transaction: a standby, or a primary that was demoted
  ["3D000", "UNAVAILABLE"], // invalid_catalog_name: the database is gone
  ["ECONNREFUSED", "UNAVAILABLE"],
  ["ETIMEDOUT", "UNAVAILABLE"],
  ["EHOSTUNREACH", "UNAVAILABLE"],
  ["ENETUNREACH", "UNAVAILABLE"],
  ["ENOTFOUND", "UNAVAILABLE"],
  ["EAI_AGAIN", "UNAVAILABLE"],
  ["SQLITE_BUSY", "UNAVAILABLE"],
  ["SQLITE_FULL", "UNAVAILABLE"],
  ["SQLITE_CANTOPEN", "UNAVAILABLE"],
]);

/** Whole classes: connection exceptions, insufficient resources, invalid authorisation; a disk that fails. */
const FAULTS_BY_PREFIX: readonly (readonly [string, DatabaseFault])[] = [
  ["08", "CONNECTION_LOST"],
  ["53", "UNAVAILABLE"],
  ["28", "UNAVAILABLE"],
  ["SQLITE_BUSY_", "UNAVAILABLE"],
  ["SQLITE_IOERR", "UNAVAILABLE"],
  ["SQLITE_READONLY", "UNAVAILABLE"],
];

/** What the driver says without a code. */
const FAULTS_BY_MESSAGE = new Map<string, DatabaseFault>([
  ["Connection terminated", "CONNECTION_LOST"],
  ["Connection terminated unexpectedly", "CONNECTION_LOST"],
  ["Client has encountered a connection error and is not queryable", "CONNECTION_LOST"],
  ["Client was closed and is not queryable", "CONNECTION_LOST"],
  ["Connection terminated due to connection timeout", "UNAVAILABLE"],
  ["timeout exceeded when trying to connect", "UNAVAILABLE"],
  ["Query read timeout", "UNAVAILABLE"],
]);

/** Works on the bare errors of drivers and on MikroORM's, which keep code and message. */
export function databaseFaultOf(error: unknown): DatabaseFault | null {
  if (!isNativeError(error)) return null;
  const code = errorCodeOf(error);
  const byPrefix = FAULTS_BY_PREFIX.find(
    ([prefix]) => code.startsWith(prefix) && (isSqlState(code) || code.startsWith("SQLITE_")),
  );
  return FAULTS_BY_CODE.get(code) ?? byPrefix?.[1] ?? FAULTS_BY_MESSAGE.get(error.message) ?? null;
}

/** Empty where there is none. */
export function errorCodeOf(error: unknown): string {
  return isNativeError(error) && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** The five characters that PostgreSQL answers with; none of Node's error codes has a digit. */
export function isSqlState(code: string): boolean {
  return /^(?=.*\d)[0-9A-Z]{5}$/.test(code);
}
