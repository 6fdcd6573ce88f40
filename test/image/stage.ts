import { mkdirSync } from "node:fs";
import { join, posix } from "node:path";

/** Health check of an image, as Docker would run it. */
export interface HealthCheck {
  readonly command: readonly string[];
  readonly timeoutMs: number;
}

/** A stage under construction: what would be its file system, and what it says about running it. */
export class Stage {
  workingDirectory = "/";
  environment: Readonly<Record<string, string>> = {};
  user: { readonly uid: number; readonly gid: number } = { uid: 0, gid: 0 };
  exposedPort: number | undefined;
  command: readonly string[] = [];
  healthCheck: HealthCheck | undefined;

  constructor(
    /** The folder that stands for `/`. */
    readonly root: string,
    readonly name: string,
  ) {
    // A container has a /tmp for everybody, and the user of the image has to get to its root.
    mkdirSync(join(root, "tmp"), { recursive: true });
  }

  /** Where a path of the stage lies on this machine. */
  locate(path: string): string {
    return join(this.root, posix.resolve(this.workingDirectory, path));
  }
}
