/** A timestamptz column of PostgreSQL as milliseconds since the epoch, which the driver gives as a number. */
export const sqlMilliseconds = (column: string): string =>
  `round(extract(epoch from ${column}) * 1000)::float8`;
