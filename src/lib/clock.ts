/** The current time in milliseconds since the epoch. Handed in, so that tests can move it. */
export type Clock = () => number;

export const secondsToMs = (seconds: number): number => seconds * 1000;

/** NumericDate of RFC 7519: whole seconds since the epoch. */
export const toNumericDate = (ms: number): number => Math.floor(ms / 1000);
