/** After each try that fails. All lie within REFRESH_GRACE_SECONDS, 10 on most servers: later it would look like a thief's. */
const PAUSES_MS = [500, 1000, 2000, 0];
const LAST_TRY_MS = 9000;
const SILENCE_MS = 3000;

/**
 * Asks again while there is no answer. A try that hangs is not given up: on a slow line its answer may be the first.
 *
 * @throws what the last try threw
 */
export async function firstAnswer<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  const begunAt = performance.now();
  const tries: Promise<Answer>[] = [];
  let trouble: unknown;
  for (const pauseMs of PAUSES_MS) {
    if (performance.now() - begunAt > LAST_TRY_MS) break;
    tries.push(ask());
    let timer: ReturnType<typeof setTimeout> | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(reject, SILENCE_MS, new Error("The server does not answer."));
    });
    try {
      return await Promise.race([Promise.any(tries), silence]);
    } catch (error) {
      trouble = error;
      if (!(error instanceof AggregateError)) continue;
      trouble = error.errors.at(-1);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    } finally {
      clearTimeout(timer);
    }
  }
  throw trouble;
}
