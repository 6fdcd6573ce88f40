/**
 * Puts the server, as it is compiled in dist/src/, and the packages it loads into the few files of dist/server/: looking for
 * 1,500 modules and linking them takes longer than all else that a start does. Commands run from dist/src/.
 */
import fs from "node:fs";
import { join, relative, sep } from "node:path";

/**
 * Left in node_modules: native code, what OpenTelemetry's instrumentations look for there, its API, of which there must
 * be one, and packages that another one only tries to load.
 */
const EXTERNAL = [
  "better-sqlite3",
  "argon2",
  "@node-rs/argon2",
  "pg",
  "@opentelemetry/api",
  "pg-native",
  "class-validator",
];

/** Does nothing when no module, package or setting has changed since. */
export async function bundle(root) {
  const folder = join(root, "dist/server");
  if (!isStale(root, join(folder, "main.js"))) return;
  const { rolldown } = await import("rolldown");
  const modules = join(root, "dist/src");
  const build = await rolldown({
    input: join(modules, "main.js"),
    cwd: root,
    platform: "node",
    external: EXTERNAL,
    resolve: { alias: { "@apollo/utils.createhash": join(modules, "graphql/document-hash.js") } },
    plugins: [ownModules(modules), withoutSourceMap()],
  });
  // Elsewhere first: a build that is interrupted leaves what was there.
  const unfinished = `${folder}.unfinished`;
  await build.write({
    dir: unfinished,
    cleanDir: true,
    sourcemap: true,
    chunkFileNames: "[name]-[hash].js",
    // Entities, GraphQL types and errors go by the names of their classes.
    keepNames: true,
  });
  await build.close();
  fs.rmSync(folder, { recursive: true, force: true });
  fs.renameSync(unfinished, folder);
}

function isStale(root, output) {
  const inputs = ["dist/src/**/*.js", "node_modules/.package-lock.json", "scripts/bundle.js"];
  // Compiled anew each time, and no part of the bundle.
  const exclude = ["dist/src/http/pages/browser/**"];
  const changedAt = (file) => fs.statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const builtAt = fs.statSync(output, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return fs.globSync(inputs, { cwd: root, exclude }).some((file) => changedAt(file) > builtAt);
}

/** With the source maps of the compiler, and with the files beside them (workers, what is sent to browsers) where they are. */
function ownModules(folder) {
  return {
    name: "own-modules",
    load: {
      filter: { id: { include: [/[\\/]dist[\\/]src[\\/].*\.js$/], exclude: [/[\\/]node_modules[\\/]/] } },
      handler(file) {
        const place = JSON.stringify(`../src/${relative(folder, file).replaceAll(sep, "/")}`);
        const code = fs
          .readFileSync(file, "utf8")
          .replaceAll("import.meta.url", `new URL(${place}, import.meta.url).href`);
        return { code, map: fs.readFileSync(`${file}.map`, "utf8") };
      },
    },
  };
}

/** For packages: the whole map is twelve times as large, and the first stack that is logged would wait for it to be read. */
function withoutSourceMap() {
  return {
    name: "without-source-map",
    transform: {
      filter: { id: /[\\/]node_modules[\\/]/ },
      handler: () => ({ map: { version: 3, names: [], sources: [], mappings: "" } }),
    },
  };
}
