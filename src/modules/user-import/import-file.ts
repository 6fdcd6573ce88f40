import type { EntityManager } from "@mikro-orm/core";
import { type FileFormat, type FileRecord, readFileRecords } from "./file-records.js";
import { type Origin, presetFor } from "./presets/preset.js";
import type { RefusalLog } from "./refusal-report.js";
import { digestFile, readChunks } from "./source-file.js";
import { UserImport } from "./user-import.entity.js";
import { type ImportCourse, UserImporter } from "./user-importer.js";
import { DatabaseSink, type ImportProgress, RehearsalSink, type UserSink } from "./user-sink.js";

const NOTHING: ImportProgress = { lines: 0, imported: 0 };

export interface ImportRequest {
  /** Null is standard input, which can be read only once. */
  readonly path: string | null;
  readonly format: FileFormat;
  readonly origin: Origin;
  readonly keepRoles: boolean;
  readonly isDryRun: boolean;
}

export interface ImportSurroundings {
  forkEntityManager(): EntityManager;
  /** @param goesOnAfterLine the last line that an earlier run has dealt with; null for a new import */
  openLog(goesOnAfterLine: number | null): Promise<RefusalLog>;
  /** Called when an import goes on that was broken off. */
  goOn(begun: ImportProgress): void;
  /** Called after every batch. */
  report(course: ImportCourse): void;
}

export interface ImportOutcome extends ImportProgress {
  /** Whether an earlier run has left nothing to do. */
  readonly wasDoneBefore: boolean;
}

/** @throws StartError for a file that cannot be read, or as a whole is something else */
export async function importFile(
  request: ImportRequest,
  surroundings: ImportSurroundings,
): Promise<ImportOutcome> {
  const digest = request.path === null ? null : await digestFile(request.path, meaningOf(request));
  const em = surroundings.forkEntityManager();
  const known = digest === null ? null : await em.findOne(UserImport, { digest });
  const begun = known === null ? NOTHING : { lines: known.lines, imported: known.imported };
  const records = readFileRecords(readChunks(request.path), request.format);
  const lastLine = await skip(records, begun.lines);
  const next = await records.next();
  if (next.done) return { ...begun, wasDoneBefore: begun.lines > 0 };
  if (begun.lines > 0) surroundings.goOn(begun);
  const log = await surroundings.openLog(known === null || request.isDryRun ? null : lastLine);
  try {
    await using sink = await openSink(request, { ...surroundings, log, digest });
    const importer = new UserImporter({
      preset: presetFor(request.origin),
      rules: { keepRoles: request.keepRoles, now: new Date() },
      sink,
      report: surroundings.report,
    });
    const outcome = await importer.import(withFirst(next.value, records), begun);
    return { ...outcome, wasDoneBefore: false };
  } finally {
    await log.close();
  }
}

/** Read in another way, the same file is another import. */
function meaningOf({ origin, format, keepRoles }: ImportRequest): string {
  const { from } = origin;
  const project = origin.from === "firebase" ? origin.project : null;
  return JSON.stringify({ from, format, keepRoles, project });
}

/** @returns the line of the last record that was skipped */
async function skip(records: AsyncGenerator<FileRecord>, count: number): Promise<number> {
  let line = 0;
  for (let skipped = 0; skipped < count; skipped++) line = (await records.next()).value?.line ?? line;
  return line;
}

async function* withFirst(first: FileRecord, rest: AsyncIterable<FileRecord>): AsyncGenerator<FileRecord> {
  yield first;
  yield* rest;
}

interface SinkParts extends ImportSurroundings {
  readonly log: RefusalLog;
  readonly digest: string | null;
}

function openSink(
  { isDryRun }: ImportRequest,
  { forkEntityManager, log, digest }: SinkParts,
): Promise<UserSink> {
  if (isDryRun) return RehearsalSink.open(forkEntityManager, log);
  return DatabaseSink.open(forkEntityManager, log, digest);
}
