import { setImmediate as nextTurn } from "node:timers/promises";
import type { Transaction } from "@mikro-orm/core";
import type { Database as SqliteClient } from "better-sqlite3";

interface Member {
  readonly work: (transaction: Transaction) => Promise<unknown>;
  readonly result: PromiseWithResolvers<unknown>;
}

export interface GroupCommitParts {
  readonly client: SqliteClient;
  /** Hands out the one connection, to one user after another, with what MikroORM needs to use it. */
  withConnection(use: (transaction: Transaction) => Promise<void>): Promise<void>;
  /** Repeats what found the database locked by another process. */
  whileLockedRetry(work: () => Promise<void>): Promise<void>;
}

/**
 * Transactions on SQLite, which takes one after another and waits for the disk at the end of each. Those that come in the same
 * turn of the event loop share that wait: each is a savepoint of one transaction, undone alone when it fails, and none is
 * answered before all are on the disk.
 */
export class GroupCommit {
  readonly #waiting: Member[] = [];
  readonly #statements;
  #isServing = false;

  constructor(private readonly parts: GroupCommitParts) {
    const { client } = parts;
    this.#statements = {
      begin: client.prepare("begin immediate"),
      commit: client.prepare("commit"),
      rollback: client.prepare("rollback"),
      savepoint: client.prepare("savepoint member"),
      release: client.prepare("release member"),
      undo: client.prepare("rollback to member"),
    };
  }

  /** Resolves, or rejects, when what the work has written is durable, or undone. */
  run<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const result = Promise.withResolvers<unknown>();
    this.#waiting.push({ work, result });
    if (!this.#isServing) void this.#serve();
    return result.promise as Promise<Result>;
  }

  async #serve(): Promise<void> {
    this.#isServing = true;
    while (this.#waiting.length > 0) {
      await nextTurn();
      await this.#serveGroup();
    }
    this.#isServing = false;
  }

  async #serveGroup(): Promise<void> {
    const { withConnection, whileLockedRetry } = this.parts;
    try {
      await whileLockedRetry(() =>
        withConnection(async (transaction) => {
          // The write lock at once, so that what reads and then writes cannot lose it in between.
          this.#statements.begin.run();
          await this.#commitMembers(this.#waiting.splice(0), transaction);
        }),
      );
    } catch (error) {
      // It could not even begin.
      for (const { result } of this.#waiting.splice(0)) result.reject(error);
    }
  }

  /** Never throws: the members are told. */
  async #commitMembers(members: readonly Member[], transaction: Transaction): Promise<void> {
    const { commit, rollback } = this.#statements;
    const answers: (() => void)[] = [];
    try {
      for (const member of members) answers.push(await this.#runMember(member, transaction));
      commit.run();
      for (const answer of answers) answer();
    } catch (error) {
      for (const { result } of members) result.reject(error);
      if (this.parts.client.inTransaction) rollback.run();
    }
  }

  /** @throws when it took the whole transaction with it, as a full disk does */
  async #runMember({ work, result }: Member, transaction: Transaction): Promise<() => void> {
    const { savepoint, release, undo } = this.#statements;
    savepoint.run();
    try {
      const value = await work(transaction);
      release.run();
      return () => result.resolve(value);
    } catch (error) {
      if (!this.parts.client.inTransaction) throw error;
      undo.run();
      release.run();
      return () => result.reject(error);
    }
  }
}
