import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { maximum } from "./figures.js";

const INTERVAL_MS = 100;

/** How much memory of a process is resident, looked at regularly from outside. */
export class MemoryWatch {
  readonly #samples: number[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number) {
    this.#timer = setInterval(() => this.#samples.push(residentMib(pid)), INTERVAL_MS);
  }

  get peak(): number {
    return maximum(this.#samples);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function residentMib(pid: number): number {
  const status = `/proc/${pid}/status`;
  const kib = existsSync(status)
    ? /VmRSS:\s+(\d+)/.exec(readFileSync(status, "utf8"))?.[1]
    : execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" });
  return Number(kib) / 1024;
}
