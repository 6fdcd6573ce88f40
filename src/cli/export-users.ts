import { existsSync } from "node:fs";
import { link, open, rm } from "node:fs/promises";
import { StartError } from "../lib/start-error.js";
import { exportUsers } from "../modules/user-import/user-export.js";
import type { Command } from "./command.js";
import { withMigratedDatabase } from "./migrated-database.js";
import { formatCount } from "./progress.js";

const options = {
  file: { type: "string", summary: "a new file, readable by its owner only; standard output otherwise" },
  "with-password-hashes": { type: "boolean", summary: "so that people can log in where they are imported" },
} as const;

type Pages = AsyncIterable<readonly string[]>;

export const exportUsersCommand: Command<typeof options> = {
  summary: "writes all users as lines of JSON, which import-users reads",
  options,
  async run(config, { file, "with-password-hashes": withPasswordHashes = false }) {
    await withMigratedDatabase(config, async ({ orm }) => {
      const pages = exportUsers(() => orm.em.fork(), { withPasswordHashes });
      if (file === undefined) return writeToStandardOutput(pages);
      console.log(`Exported ${formatCount(await writeToFile(file, pages))} users.`);
    });
  },
};

async function writeToStandardOutput(pages: Pages): Promise<void> {
  const { stdout } = process;
  // Whoever reads may have seen enough: that is the end, and no fault.
  const closed = new Promise<"closed">((resolve) => stdout.on("error", () => resolve("closed")));
  for await (const lines of pages) {
    if (stdout.destroyed) return;
    if (stdout.write(toText(lines))) continue;
    const drained = new Promise<void>((resolve) => stdout.once("drain", resolve));
    if ((await Promise.race([drained, closed])) === "closed") return;
  }
}

/**
 * The file gets its name when it is complete: a part of one looks like a whole.
 *
 * @returns how many lines there are
 */
async function writeToFile(path: string, pages: Pages): Promise<number> {
  if (existsSync(path)) refuse(path, { code: "EEXIST" });
  const partPath = `${path}.part`;
  // Taken away from an export under way, that one would give its name to the new, unfinished file.
  const part = await open(partPath, "wx", 0o600).catch((error) =>
    error.code === "EEXIST" ? refusePart(partPath) : refuse(path, error),
  );
  try {
    let count = 0;
    for await (const lines of pages) {
      await part.appendFile(toText(lines));
      count += lines.length;
    }
    await part.sync();
    // Unlike renaming, linking never replaces what is there.
    await link(partPath, path).catch((error) => refuse(path, error));
    return count;
  } finally {
    await part.close();
    await rm(partPath, { force: true });
  }
}

const toText = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

function refusePart(partPath: string): never {
  throw new StartError(
    `The file ${partPath} is there already: another export is writing it, or was broken off. Remove it then.`,
  );
}

function refuse(path: string, { code }: Pick<NodeJS.ErrnoException, "code">): never {
  if (code === "EEXIST") throw new StartError(`The file ${path} is there already: choose another.`);
  throw new StartError(`The file ${path} cannot be written (${code}).`);
}
