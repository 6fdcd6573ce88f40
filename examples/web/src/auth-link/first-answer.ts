/** All tries lie within the server's REFRESH_GRACE_SECONDS, 10 unless configured: later ones would look like a stolen token. */
const PAUSES_MS = [500, 1000, 2000, 0];
const SILENCE_MS = 3000;
const LAST_TRY_MS = 9000;

/**
 * Asks again while there is no answer. A try that hangs is not given up: on a slow line its answer may be the first.
 *
 * @throws what the last try threw
 */
export async function firstAnswer<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  const lastTryAt = performance.now() + LAST_TRY_MS;
  const tries: Promise<Answer>[] = [];
  let trouble: unknown;
  for (const pauseMs of PAUSES_MS) {
    if (performance.now() > lastTryAt) break;
    tries.push(ask());
    try {
      return await Promise.race([Promise.any(tries), silence()]);
    } catch (error) {
      trouble = error instanceof AggregateError ? error.errors.at(-1) : error;
      if (error instanceof AggregateError) await pause(pauseMs);
    }
  }
  throw trouble;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function silence(): Promise<never> {
  await pause(SILENCE_MS);
  throw new Error("The server does not answer.");
}
