import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

const SCRIPT = `
  const { DatabaseSync } = require("node:sqlite");
  const database = new DatabaseSync(process.argv[1], { timeout: 0 });
  process.on("message", (sql) => {
    try {
      database.exec(sql);
      process.send("done");
    } catch (error) {
      process.send(error.message);
    }
  });
  process.send("ready");`;

/**
 * Another program that works on the same SQLite file. It has to be another process: SQLite's locks do not hold
 * between two copies of the library in one.
 */
export class ForeignWriter {
  private constructor(private readonly child: ChildProcess) {}

  static async start(file: string): Promise<ForeignWriter> {
    const child = spawn(process.execPath, ["--no-warnings", "-e", SCRIPT, file], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    await once(child, "message");
    return new ForeignWriter(child);
  }

  /** @returns "done", or what SQLite said */
  async exec(sql: string): Promise<string> {
    const answer = once(this.child, "message");
    this.child.send(sql);
    return String((await answer)[0]);
  }

  async stop(): Promise<void> {
    this.child.kill();
    await once(this.child, "exit");
  }
}
