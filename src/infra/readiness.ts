import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";

/** A load balancer wants an answer sooner than a database that hangs gives one. */
const PATIENCE_MS = 2000;

/**
 * Whether the database can serve, asked at each call: however many ask at once, it is asked one time. That it turned
 * is logged once.
 */
export function createReadinessCheck(ask: () => Promise<boolean>, logger: Logger): () => Promise<boolean> {
  let asking: Promise<boolean> | undefined;
  let wasReady = true;

  async function askInTime(): Promise<boolean> {
    const isReady = await Promise.race([ask().catch(() => false), delay(PATIENCE_MS, false, { ref: false })]);
    if (isReady !== wasReady) {
      wasReady = isReady;
      if (isReady) logger.info("the database serves again: ready");
      else logger.warn("the database does not serve: not ready");
    }
    return isReady;
  }

  return () => {
    asking ??= askInTime().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}
