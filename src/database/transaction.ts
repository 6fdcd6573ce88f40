import { setTimeout as delay } from "node:timers/promises";
import type { EntityManager, Transaction } from "@mikro-orm/core";
import { inSpan } from "../lib/tracing.js";
import { databaseFaultOf, errorCodeOf, isSqlState } from "./faults.js";

const ATTEMPTS = 5;
const BACKOFF_MS = 20;
const READ_BACK_MS = 4000;
const READ_BACK_INTERVAL_MS = 100;

/** What a transaction has come to. "unknown": the database does not say, or not yet. */
export type TransactionOutcome = "committed" | "aborted" | "unknown";

/** What our connections can do besides MikroORM's. */
export interface TransactionalConnection {
  /**
   * Does the work in one transaction and commits it. On SQLite it has the write lock from the beginning, so that what reads and
   * then writes cannot lose it in between; on PostgreSQL it leaves a mark by which the outcome can be asked for.
   */
  transact<Result>(
    work: (transaction: Transaction, markId: string | null) => Promise<Result>,
  ): Promise<Result>;
  /** Once it has said "aborted", the transaction cannot commit any more. */
  readOutcome(markId: string): Promise<TransactionOutcome>;
}

/**
 * Runs the work in one transaction, again when the database broke it off and it left no trace: boundedly, with a
 * growing and random delay. Where the connection is lost at the COMMIT, the outcome is read back instead: what was
 * committed is never done twice.
 */
export function transact<Result>(
  em: EntityManager,
  work: (tx: EntityManager) => Promise<Result>,
): Promise<Result> {
  return inSpan("transaction", {}, () => transactUntilDone(em, work));
}

async function transactUntilDone<Result>(
  em: EntityManager,
  work: (tx: EntityManager) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const course: TransactionCourse<Result> = { markId: null, done: null };
    try {
      return await transactOnce(em, work, course);
    } catch (error) {
      const outcome = await outcomeOf(em, course, error);
      if (outcome === "committed" && course.done !== null) return course.done.result;
      if (outcome !== "aborted" || attempt === ATTEMPTS) throw error;
      await delay(BACKOFF_MS * 2 ** attempt * Math.random());
    }
  }
}

interface TransactionCourse<Result> {
  markId: string | null;
  /** Set when all but the last flush and the COMMIT was done. */
  done: { readonly result: Result } | null;
}

function transactOnce<Result>(
  em: EntityManager,
  work: (tx: EntityManager) => Promise<Result>,
  course: TransactionCourse<Result>,
): Promise<Result> {
  return connectionOf(em).transact(async (transaction, markId) => {
    course.markId = markId;
    // With no entities of the request's own: what an attempt that was rolled back has changed in them must not be written
    // by the next one, which may have found out that it is not to be.
    const forked = em.fork();
    forked.setTransactionContext(transaction);
    try {
      const result = await work(forked);
      course.done = { result };
      await forked.flush();
      return result;
    } finally {
      forked.resetTransactionContext();
    }
  });
}

/** "aborted" only where it is certain and another try may help; "unknown" for every other error. */
async function outcomeOf(
  em: EntityManager,
  { markId, done }: TransactionCourse<unknown>,
  error: unknown,
): Promise<TransactionOutcome> {
  const fault = databaseFaultOf(error);
  if (fault === "CONFLICT") return "aborted";
  if (fault === null) return "unknown";
  if (done === null || markId === null) return fault === "CONNECTION_LOST" ? "aborted" : "unknown";
  // The database has said that it could not: there is nothing to find out.
  if (fault === "UNAVAILABLE" && isSqlState(errorCodeOf(error))) return "unknown";
  return readBack(em, markId);
}

async function readBack(em: EntityManager, markId: string): Promise<TransactionOutcome> {
  const deadline = performance.now() + READ_BACK_MS;
  let outcome: TransactionOutcome = "unknown";
  while (outcome === "unknown" && performance.now() < deadline) {
    await delay(READ_BACK_INTERVAL_MS);
    const asked = connectionOf(em)
      .readOutcome(markId)
      .catch(() => "unknown" as const);
    const leftMs = Math.max(0, deadline - performance.now());
    const tooLate = delay(leftMs, "unknown" as const, { ref: false });
    outcome = await Promise.race([asked, tooLate]);
  }
  return outcome;
}

function connectionOf(em: EntityManager): TransactionalConnection {
  return em.getDriver().getConnection() as unknown as TransactionalConnection;
}
