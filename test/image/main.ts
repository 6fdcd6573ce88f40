import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Report } from "../faults/figures.js";
import { Scope } from "../faults/scope.js";
import { ROOT, readText } from "../support/repository.js";
import { BuildContext } from "./build-context.js";
import { checkComposeFile } from "./compose-check.js";
import { canChangeUser, killContainers } from "./container.js";
import { parseDockerfile } from "./dockerfile.js";
import { ImageBuilder } from "./image-builder.js";
import { findMisplaced } from "./image-content.js";
import { checkRunning } from "./running-check.js";

const COMPOSE_FILES = ["compose.yaml", "examples/several-instances/compose.yaml"];

/**
 * Checks the container without a container engine: carries out what the Dockerfile says in folders of its own, with
 * this Node for the image's, runs the result as its user, and holds the compose files against it.
 */
async function main(scope: Scope): Promise<boolean> {
  const folder = scope.temporaryFolder();
  chmodSync(folder, 0o755);
  const nodeFolder = installNode(join(folder, "bin"));
  const context = new BuildContext(ROOT, readText(".dockerignore"));

  console.log("\nDockerfile");
  const report = new Report();
  const builder = new ImageBuilder({ folder, context, nodeFolder });
  const image = builder.build(parseDockerfile(readText("Dockerfile")));
  report.checkNone("holds what the server needs, and nothing of development", findMisplaced(image));
  await checkRunning(image, nodeFolder, report);
  const verdicts = [report.verdict()];

  for (const path of COMPOSE_FILES) {
    console.log(`\n${path}`);
    const ofFile = new Report();
    await checkComposeFile(join(ROOT, path), image, ofFile);
    verdicts.push(ofFile.verdict());
  }
  return verdicts.every((holds) => holds);
}

/** A copy: the image's user need not get to where this one lies. */
function installNode(folder: string): string {
  mkdirSync(folder);
  copyFileSync(process.execPath, join(folder, "node"));
  // Who is not root cannot give files away, and runs everything as one user.
  if (!canChangeUser) writeFileSync(join(folder, "chown"), "#!/bin/sh\n", { mode: 0o755 });
  return folder;
}

const scope = new Scope();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void scope.close().then(() => process.exit(1)));
}
scope.defer(killContainers);
try {
  process.exitCode = (await main(scope)) ? 0 : 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  await scope.close();
}
