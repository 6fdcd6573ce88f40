import Bowser from "bowser";

/** A User-Agent header in a person's words: "Firefox on Linux". Null when nothing in it is known. */
export function describeDevice(userAgent: string): string | null {
  if (userAgent === "") return null;
  const { browser, os } = Bowser.parse(userAgent);
  const names = [browser.name, os.name].filter((name) => name !== undefined && name !== "");
  return names.length === 0 ? null : names.join(" on ");
}
