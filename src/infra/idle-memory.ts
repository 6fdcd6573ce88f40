import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const LOOK_EVERY_MS = 1000;
/** Share of the time since the last look in which there was something to do. */
const IDLE = 0.01;

/** V8's own, which `--expose-gc` puts into each new context. */
type CollectGarbage = (options: { readonly type: "major"; readonly flavor: "last-resort" }) => void;

/**
 * Starting makes V8 take 30 MB for young objects, which it would keep: given back once, a tenth of a second's work, as soon as
 * there is nothing else to do. Held small from the beginning, it would be collected so often that each request cost more.
 */
export function giveBackMemoryOnceIdle(): void {
  let lastLook = performance.eventLoopUtilization();
  const timer = setInterval(() => {
    const look = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(look, lastLook);
    lastLook = look;
    if (utilization > IDLE) return;
    clearInterval(timer);
    setFlagsFromString("--expose-gc");
    const collectGarbage: CollectGarbage = runInNewContext("gc");
    setFlagsFromString("--no-expose-gc");
    collectGarbage({ type: "major", flavor: "last-resort" });
  }, LOOK_EVERY_MS);
  timer.unref();
}
