import { stat } from "node:fs/promises";
import { type ImportOutcome, type ImportRequest, importFile } from "../modules/user-import/import-file.js";
import { RefusalReport } from "../modules/user-import/refusal-report.js";
import { prepareForBulkLoad } from "./bulk-load.js";
import type { Command } from "./command.js";
import { PrintedRefusals } from "./import-users/printed-refusals.js";
import { importUsersOptions, readRequest } from "./import-users/request.js";
import { withMigratedDatabase } from "./migrated-database.js";
import { formatCount, Progress } from "./progress.js";

export const importUsersCommand: Command<typeof importUsersOptions> = {
  summary: "makes accounts of the users of another system; started again, it goes on where it was broken off",
  options: importUsersOptions,
  async run(config, values) {
    const request = await readRequest(config, values);
    const outcome = await withMigratedDatabase(config, (database) => {
      prepareForBulkLoad(database);
      return runImport(request, values.report, () => database.orm.em.fork());
    });
    for (const line of describeOutcome(outcome, request.isDryRun)) console.log(line);
    if (outcome.imported < outcome.lines) process.exitCode = 1;
  },
};

async function runImport(
  request: ImportRequest,
  reportPath: string | undefined,
  forkEntityManager: Parameters<typeof importFile>[1]["forkEntityManager"],
): Promise<ImportOutcome> {
  const totalBytes = request.path === null ? null : await sizeOf(request.path);
  let progress = new Progress({ unit: "lines", output: process.stderr, clock: Date.now });
  try {
    return await importFile(request, {
      forkEntityManager,
      openLog: async (goesOnAfterLine) =>
        reportPath === undefined ? new PrintedRefusals() : RefusalReport.open(reportPath, goesOnAfterLine),
      goOn({ lines, imported }) {
        progress = new Progress({ unit: "lines", begun: lines, output: process.stderr, clock: Date.now });
        console.error(
          `Going on after ${formatCount(lines)} lines, of which ${formatCount(imported)} were imported.`,
        );
      },
      report: ({ lines, bytes }) => progress.show(lines, totalBytes === null ? null : bytes / totalBytes),
    });
  } finally {
    progress.end();
  }
}

async function sizeOf(path: string): Promise<number | null> {
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  return size || null;
}

function describeOutcome({ lines, imported, wasDoneBefore }: ImportOutcome, isDryRun: boolean): string[] {
  const refused = lines - imported;
  const counts = `${formatCount(imported)} users, ${formatCount(refused)} lines refused`;
  if (lines === 0) return ["There are no users in it."];
  if (wasDoneBefore) return [`Nothing to do: this file was imported before (${counts}).`];
  return [isDryRun ? `Nothing was written. It would be ${counts}.` : `Imported ${counts}.`];
}
