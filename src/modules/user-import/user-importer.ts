import { FieldReader } from "./field-reader.js";
import type { FileRecord } from "./file-records.js";
import { LineFault } from "./line-fault.js";
import type { Preset } from "./presets/preset.js";
import type { Refusal } from "./refusal.js";
import { type ImportRules, toUser } from "./user-line.js";
import { type Batch, type ImportProgress, progressAfter, type UserSink } from "./user-sink.js";
import type { ReadUser } from "./user-writer.js";

/** Of one transaction: a server beside it waits for no longer than that. */
const BATCH_SIZE = 500;

export interface ImportCourse extends ImportProgress {
  /** How much of the file has been read. */
  readonly bytes: number;
}

interface Collaborators {
  readonly preset: Preset;
  readonly rules: ImportRules;
  readonly sink: UserSink;
  /** Called after every batch. */
  report(course: ImportCourse): void;
}

/** Makes accounts of the records of a file, batch by batch. */
export class UserImporter {
  constructor(private readonly deps: Collaborators) {}

  /** @param begun what an earlier run has come to, and where the file goes on */
  async import(records: AsyncIterable<FileRecord>, begun: ImportProgress): Promise<ImportProgress> {
    let progress = begun;
    let batch = new BatchInProgress();
    const put = async (bytes: number): Promise<void> => {
      const refusals = await this.deps.sink.put(batch, progress);
      progress = progressAfter(batch, progress, refusals);
      batch = new BatchInProgress();
      this.deps.report({ ...progress, bytes });
    };
    let bytes = 0;
    for await (const record of records) {
      batch.add(this.#read(record));
      bytes = record.endByte;
      if (batch.size === BATCH_SIZE) await put(bytes);
    }
    if (batch.size > 0) await put(bytes);
    return progress;
  }

  #read({ line, content }: FileRecord): ReadUser | Refusal {
    try {
      if (content instanceof LineFault) throw content;
      const { preset, rules } = this.deps;
      return { line, user: toUser(preset(new FieldReader(content), rules), rules) };
    } catch (error) {
      if (!(error instanceof LineFault)) throw error;
      const { field, reason } = error;
      return field === null ? { line, reason } : { line, field, reason };
    }
  }
}

class BatchInProgress implements Batch {
  readonly users: ReadUser[] = [];
  readonly refusals: Refusal[] = [];

  get size(): number {
    return this.users.length + this.refusals.length;
  }

  add(read: ReadUser | Refusal): void {
    if ("user" in read) this.users.push(read);
    else this.refusals.push(read);
  }
}
