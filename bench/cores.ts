import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** How many of the machine's cores a server is given. */
export type CoreShare = "one" | "all";

/** Which processor runs what: server and load generator must not take each other's time. */
export class Cores {
  private constructor(private readonly allowed: readonly number[]) {}

  /** Of this process, as long as it is not pinned itself. Without Linux's taskset nothing is pinned. */
  static find(): Cores {
    const status = "/proc/self/status";
    if (!existsSync(status) || !existsSync("/usr/bin/taskset")) return new Cores([]);
    const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync(status, "utf8"))?.[1] ?? "";
    return new Cores(parseCpuList(list));
  }

  get canPin(): boolean {
    return this.allowed.length > 1;
  }

  count(share: CoreShare): number {
    if (!this.canPin) return availableParallelism();
    return share === "one" ? 1 : this.allowed.length;
  }

  /** The command line that runs a program on the cores that servers get. */
  pin(share: CoreShare, command: readonly [string, ...string[]]): readonly [string, ...string[]] {
    if (!this.canPin) return command;
    const list = share === "one" ? String(this.allowed[0]) : this.allowed.join(",");
    return ["taskset", "-c", list, ...command];
  }

  /** This process, with all its threads, on the last core: never the one that a server has for itself. */
  pinSelf(): void {
    if (!this.canPin) return;
    const core = String(this.allowed.at(-1));
    execFileSync("taskset", ["-a", "-c", "-p", core, String(process.pid)], { stdio: "ignore" });
  }

  describe(): string {
    if (!this.canPin) return "Nothing is pinned to cores here, so server and load generator share them.";
    return `"One core" is core ${this.allowed[0]}, the load generator's is core ${this.allowed.at(-1)}; with all ${
      this.allowed.length
    } cores the two share that one.`;
  }
}

/** "0-2,5" as Linux writes it. */
export function parseCpuList(list: string): readonly number[] {
  return list
    .split(",")
    .filter(Boolean)
    .flatMap((range) => {
      const [first = Number.NaN, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
    });
}
