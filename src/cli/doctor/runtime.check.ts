import { MIN_MAJOR, MIN_MINOR } from "../../node-version.js";
import { type Finding, fail, ok, warn } from "./finding.js";

const NAME = "Node.js";

/** @param version as in `process.versions.node` */
export function checkRuntime(version: string): readonly Finding[] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < MIN_MAJOR || (major === MIN_MAJOR && minor < MIN_MINOR)) {
    return [fail(NAME, version, `install ${MIN_MAJOR}.${MIN_MINOR} or newer`)];
  }
  // Odd ones never become releases with long-term support.
  if (major % 2 === 1)
    return [warn(NAME, version, "take an even major version: odd ones get no fixes for long")];
  return [ok(NAME, version)];
}
