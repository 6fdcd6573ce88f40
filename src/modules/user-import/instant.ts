/** ISO 8601 as JSON has it, and as PostgreSQL prints it: `2024-05-06 07:08:09.123456+00`. Without a zone it is UTC. */
const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d\d):?(\d\d)?)?)?$/;

/** What a number stands for, since the epoch. */
export type InstantUnit = "milliseconds" | "seconds";

/** Null for what is no time. */
export function parseInstant(value: unknown, unit: InstantUnit | null): Date | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  const text = String(value);
  if (unit === null || !/^\d{1,15}(?:\.\d+)?$/.test(text)) return parseIso(text);
  return new Date(Math.trunc(Number(text) * (unit === "seconds" ? 1000 : 1)));
}

function parseIso(text: string): Date | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((digits) => Number(digits ?? 0));
  const [fraction = "", sign, zoneHours = "0", zoneMinutes = "0"] = match.slice(7);
  const isDay = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day && month >= 1 && month <= 12;
  if (!isDay || hour > 23 || minute > 59 || second > 59) return null;
  const milliseconds = Number(fraction.padEnd(3, "0").slice(0, 3));
  const zone = (sign === "-" ? -1 : 1) * (Number(zoneHours) * 60 + Number(zoneMinutes));
  return new Date(Date.UTC(year, month - 1, day, hour, minute - zone, second, milliseconds));
}
