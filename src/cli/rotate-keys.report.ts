import type { RotatedKey, Rotation, RotationMode } from "../modules/token/key-rotation.js";

/** By then every running instance has read the keys anew: 60 s on average, 90 at most. */
const RELOADED = "within 90 seconds";

const inIsoTime = (ms: number): string => new Date(ms).toISOString();

/** What an operator has to know after a rotation, line by line. */
export function describeRotation(
  { madeAt, made, replaced, deletedKids }: Rotation,
  mode: RotationMode,
): readonly string[] {
  const minutes = Math.round((made.signsFrom - madeAt) / 60_000);
  const start = mode === "ahead" ? `${inIsoTime(made.signsFrom)}, in ${minutes} minutes` : "now on";
  return [
    `new key ${made.kid} (${made.algorithm}): published, signs from ${start}`,
    ...replaced.map((key) => `old key ${key.kid} (${key.algorithm}): ${describeReplaced(key, madeAt)}`),
    ...deletedKids.map((kid) => `old key ${kid}: deleted`),
    ...CONSEQUENCES[mode],
  ];
}

function describeReplaced({ signsFrom, signsUntil, publishedUntil }: RotatedKey, now: number): string {
  const published = `published until ${inIsoTime(publishedUntil)}`;
  if (signsUntil <= signsFrom) return `never signs, ${published}`;
  if (signsUntil <= now) return `signs no more, ${published}`;
  const from = signsFrom > now ? `from ${inIsoTime(signsFrom)} ` : "";
  return `signs ${from}until ${inIsoTime(signsUntil)}, ${published}`;
}

const CONSEQUENCES: Readonly<Record<RotationMode, readonly string[]>> = {
  ahead: [
    `Running instances read the new key ${RELOADED} and go over to it by the clock. Nothing needs a restart.`,
  ],
  now: [
    `Running instances read the new key ${RELOADED}, and sign with the old one until then.`,
    "Services that verify tokens by themselves may not know it for another 5 minutes, the max-age of the JWKS.",
  ],
  leaked: [
    `Access tokens of the deleted keys end as soon as running instances read the keys anew, ${RELOADED}, or at their restart.`,
    "Sessions stay: clients get a new access token with their next refresh.",
    "Services that verify tokens by themselves go by a cached JWKS for another 5 minutes: have them fetch it now.",
  ],
};
