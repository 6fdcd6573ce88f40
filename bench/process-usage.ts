import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

const QUIET_SHARE = 0.03;
const QUIET_WINDOW_MS = 100;
const QUIET_PATIENCE_MS = 10_000;

/** Whether the kernel tells what a process uses: Linux does. */
export const isUsageKnown = existsSync("/proc/self/schedstat");

/**
 * Processor time of all threads of a process so far, in microseconds (proc(5), schedstat); undefined where the system
 * does not tell.
 */
export function readCpuMicros(pid: number): number | undefined {
  if (!isUsageKnown) return undefined;
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) => {
    const path = `/proc/${pid}/task/${thread}/schedstat`;
    // A thread may end between the listing and the look.
    return existsSync(path) ? Number(readFileSync(path, "utf8").split(" ")[0]) : 0;
  });
  return nanoseconds.reduce((sum, value) => sum + value, 0) / 1000;
}

export interface MemoryUsage {
  /** In millions of bytes: all that is resident, what is shared with other processes included. */
  readonly residentMb?: number;
  /** The highest that has been since the process started. */
  readonly peakMb?: number;
  /** What is shared counted by its share. */
  readonly proportionalMb?: number;
}

export function readMemory(pid: number): MemoryUsage {
  if (!isUsageKnown) return {};
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    ...kibAs("residentMb", /^VmRSS:\s+(\d+)/m.exec(status)),
    ...kibAs("peakMb", /^VmHWM:\s+(\d+)/m.exec(status)),
    ...kibAs("proportionalMb", /^Pss:\s+(\d+)/m.exec(readRollup(pid))),
  };
}

/** Waits for the end of what a process still does for clients that have gone: it would be taken from the next one's time. */
export async function becomeQuiet(pid: number): Promise<void> {
  const deadline = performance.now() + QUIET_PATIENCE_MS;
  let before = readCpuMicros(pid);
  while (before !== undefined && performance.now() < deadline) {
    await delay(QUIET_WINDOW_MS);
    const now = readCpuMicros(pid) ?? 0;
    if (now - before < QUIET_SHARE * QUIET_WINDOW_MS * 1000) return;
    before = now;
  }
}

function readRollup(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  } catch {
    // Not every kernel has it, and not everybody may read it.
    return "";
  }
}

function kibAs(name: keyof MemoryUsage, match: RegExpExecArray | null): MemoryUsage {
  return match === null ? {} : { [name]: (Number(match[1]) * 1024) / 1e6 };
}
