import type { EntityManager } from "@mikro-orm/core";
import { inTransaction } from "../../context.js";
import { StartError } from "../../lib/start-error.js";
import { KeyLedger } from "./key-ledger.js";
import type { Refusal } from "./refusal.js";
import type { RefusalLog } from "./refusal-report.js";
import { collisionOf, findCollisions, listKeys } from "./taken.js";
import { UserImport } from "./user-import.entity.js";
import { type ReadUser, writeUsers } from "./user-writer.js";

const OPERATOR = { ipAddress: null, userAgent: null };

/** Lines that follow each other in the file, and are dealt with together or not at all. */
export interface Batch {
  readonly users: readonly ReadUser[];
  /** What was refused as it was read. */
  readonly refusals: readonly Refusal[];
}

/** What came of lines so far. */
export interface ImportProgress {
  readonly lines: number;
  readonly imported: number;
}

export interface UserSink extends AsyncDisposable {
  /** @returns all refusals of the batch, in the order of the lines */
  put(batch: Batch, before: ImportProgress): Promise<readonly Refusal[]>;
}

type ForkEntityManager = () => EntityManager;

/** Writes to the database. */
export class DatabaseSink implements UserSink {
  private constructor(
    private readonly forkEntityManager: ForkEntityManager,
    private readonly log: RefusalLog,
    private readonly digest: string | null,
  ) {}

  /**
   * Notes the beginning, too, so that a second run knows the report for its own.
   *
   * @param digest of the file; null for what cannot be read a second time
   */
  static async open(
    forkEntityManager: ForkEntityManager,
    log: RefusalLog,
    digest: string | null,
  ): Promise<DatabaseSink> {
    const beginning = { digest, lines: 0, imported: 0, updatedAt: new Date() };
    if (digest !== null) {
      await forkEntityManager().upsert(UserImport, { ...beginning, digest }, { onConflictAction: "ignore" });
    }
    return new DatabaseSink(forkEntityManager, log, digest);
  }

  async put(batch: Batch, before: ImportProgress): Promise<readonly Refusal[]> {
    const ctx = { em: this.forkEntityManager(), client: OPERATOR };
    const refusals = await inTransaction(ctx, async ({ em }) => {
      const all = inOrder(batch.refusals, await writeUsers(em, batch.users));
      await this.#remember(em, before, progressAfter(batch, before, all));
      await this.log.write(all);
      return all;
    });
    this.log.keep(refusals);
    return refusals;
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  /** Whoever imports the same file beside us makes one of the two stop: the row says how far it has come for one only. */
  async #remember(em: EntityManager, before: ImportProgress, after: ImportProgress): Promise<void> {
    if (this.digest === null) return;
    const state = { ...after, updatedAt: new Date() };
    const rows = await em.nativeUpdate(UserImport, { digest: this.digest, lines: before.lines }, state);
    if (rows === 0) throw new StartError("Another process is importing this file.");
  }
}

/** Writes nothing, and tells what the database would refuse. */
export class RehearsalSink implements UserSink {
  private constructor(
    private readonly forkEntityManager: ForkEntityManager,
    private readonly log: RefusalLog,
    private readonly seen: KeyLedger,
  ) {}

  static async open(forkEntityManager: ForkEntityManager, log: RefusalLog): Promise<RehearsalSink> {
    return new RehearsalSink(forkEntityManager, log, await KeyLedger.open());
  }

  async put({ users, refusals }: Batch): Promise<readonly Refusal[]> {
    const inDatabase = await findCollisions(
      this.forkEntityManager(),
      users.map(({ user }) => user),
    );
    const collisions = users.flatMap(({ line, user }) => {
      const collision = inDatabase.get(user) ?? collisionOf(user, (key) => this.seen.has(key));
      if (collision !== null) return [{ line, ...collision }];
      for (const key of listKeys(user)) this.seen.add(key);
      return [];
    });
    const all = inOrder(refusals, collisions);
    await this.log.write(all);
    this.log.keep(all);
    return all;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.seen.close();
  }
}

export function progressAfter(
  { users, refusals: asRead }: Batch,
  before: ImportProgress,
  refusals: readonly Refusal[],
): ImportProgress {
  const lines = users.length + asRead.length;
  return { lines: before.lines + lines, imported: before.imported + lines - refusals.length };
}

function inOrder(...lists: readonly (readonly Refusal[])[]): readonly Refusal[] {
  return lists.flat().sort((one, other) => one.line - other.line);
}
