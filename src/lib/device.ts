import Bowser from "bowser";
import type { ClientInfo } from "./client-info.js";

/** Names that Bowser does not know it takes from the header as they stand. */
const WELL_KNOWN: ReadonlySet<string> = new Set([
  ...Object.values(Bowser.BROWSER_MAP),
  ...Object.values(Bowser.OS_MAP),
]);

/** A client as a mail may tell of it: in no words of its own, which may go to a stranger's address. */
export function describeClient({ userAgent, ipAddress }: ClientInfo) {
  const names = userAgent === null ? [] : findNames(userAgent);
  return { device: inWords(names.filter((name) => WELL_KNOWN.has(name))), ipAddress };
}

/** A User-Agent header in a person's words: "Firefox on Linux". Null when there is no name in it. */
export function describeDevice(userAgent: string): string | null {
  return inWords(findNames(userAgent));
}

/** Of the browser and of the operating system. */
function findNames(userAgent: string): readonly string[] {
  if (userAgent === "") return [];
  const { browser, os } = Bowser.parse(userAgent);
  return [browser.name ?? "", os.name ?? ""].filter((name) => name !== "");
}

const inWords = (names: readonly string[]): string | null => (names.length === 0 ? null : names.join(" on "));
