import { spawn } from "node:child_process";
import { once } from "node:events";
import { CLI } from "./cli-process.js";
import { eventually } from "./eventually.js";

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** A command at a pseudo-terminal: that of `script`, which is a part of every Debian. */
export class TerminalProcess {
  /** All that would have shown. */
  screen = "";
  readonly #child;
  readonly exit: Promise<number>;

  constructor(args: readonly string[], environment: Readonly<Record<string, string>>) {
    // What the terminal's settings are afterwards is shown, too.
    const command = `${[process.execPath, CLI, ...args].map(quote).join(" ")}; code=$?; stty -a; exit $code`;
    this.#child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
      env: { PATH: process.env.PATH, SHELL: "/bin/sh", ...environment },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child.stdout.on("data", (chunk) => {
      this.screen += String(chunk);
    });
    this.exit = once(this.#child, "close").then(([code]) => code as number);
  }

  /** Types once something shows: before that the terminal itself would answer. */
  async typeAfter(shown: string, keys: string): Promise<void> {
    await eventually(() => this.screen.includes(shown) || undefined);
    this.#child.stdin.write(keys);
  }
}
