import { globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../support/repository.js";
import type { Stage } from "./stage.js";

/** What the server needs of a checkout; everything else in the image is a mistake. */
const BELONGS = ["data", "dist", "node_modules", "package.json"];

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** What is in the image and should not be, or the other way round, in words. */
export function findMisplaced(image: Stage): string[] {
  const app = image.locate(".");
  const { dependencies, devDependencies } = readManifest();
  const installed = new Set(globSync(["*", "@*/*"], { cwd: join(app, "node_modules") }));
  const entries = readdirSync(app);
  return [
    ...entries.filter((name) => !BELONGS.includes(name)).map((name) => `${name} does not belong there`),
    ...BELONGS.filter((name) => !entries.includes(name)).map((name) => `${name} is missing`),
    ...Object.keys(dependencies)
      .filter((name) => !installed.has(name))
      .map((name) => `the dependency ${name} is missing`),
    ...Object.keys(devDependencies)
      .filter((name) => installed.has(name) && !isNeededByOthers(name))
      .map((name) => `the dev dependency ${name} is installed`),
    ...globSync(["test", "**/*.{ts,tsbuildinfo,test.js}"], { cwd: join(app, "dist") }).map(
      (path) => `dist/${path} does not belong there`,
    ),
    ...["dist/server", "dist/src"]
      .filter((folder) => globSync(`${folder}/**/*.js.map`, { cwd: app }).length === 0)
      .map((folder) => `${folder} has no source maps`),
  ];
}

/** A type package, say, may come with a production dependency of its own accord. */
function isNeededByOthers(name: string): boolean {
  const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  return lock.packages[`node_modules/${name}`]?.dev !== true;
}

function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Manifest;
}
