const MINUTE_SECONDS = 60;

/** "in 30 seconds", "in 2 minutes": never less than it takes. */
export function inWords(seconds: number): string {
  const words = new Intl.RelativeTimeFormat("en");
  if (seconds < 2 * MINUTE_SECONDS) return words.format(Math.ceil(seconds), "second");
  return words.format(Math.ceil(seconds / MINUTE_SECONDS), "minute");
}
