import { setTimeout as delay } from "node:timers/promises";

const PATIENCE_MS = 15_000;
const POLL_INTERVAL_MS = 10;

/** What comes soon after an answer and not with it: asked again until it is there. */
export async function eventually<Result>(
  look: () => Result | undefined | Promise<Result | undefined>,
): Promise<Result> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`Not within ${PATIENCE_MS} ms`);
    await delay(POLL_INTERVAL_MS);
  }
}
