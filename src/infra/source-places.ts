import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { fileURLToPath } from "node:url";

/** A place in a stack. Packages stay as they are. */
const PLACE = /(file:\/\/(?:(?!\/node_modules\/)[^\s()])+\.js):(\d+):(\d+)/g;

const maps = new Map<string, SourceMap | undefined>();

/**
 * A stack in which our own places name TypeScript files, like those of --enable-source-maps. Under that flag libraries that
 * look at stacks at each start have the map of the whole server read: here only who logs an error waits for it, once.
 */
export function withSourcePlaces(stack: string): string {
  return stack.replaceAll(
    PLACE,
    (place: string, url: string, line: string, column: string) =>
      findSource(url, Number(line), Number(column)) ?? place,
  );
}

/** @param line and column from 1, as in a stack */
function findSource(url: string, line: number, column: number): string | undefined {
  if (!maps.has(url)) maps.set(url, readMap(url));
  const entry = maps.get(url)?.findEntry(line - 1, column - 1);
  // On an earlier line it is the last of our own before a package's.
  if (entry === undefined || !("originalSource" in entry) || entry.generatedLine !== line - 1)
    return undefined;
  const source = fileURLToPath(new URL(entry.originalSource, url));
  return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}

function readMap(url: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${fileURLToPath(url)}.map`, "utf8")));
  } catch {
    // There is none, or no more files can be opened. What is logged must not fail on that.
    return undefined;
  }
}
