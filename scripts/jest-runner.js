/**
 * Runs a test file as Node would, with modules that its whole worker shares: the server and its libraries are loaded once
 * per worker. Jest's own way is a context with modules of its own for every file, and loading them anew took longer than
 * the tests did. As a gift, tests and server have the same `Error` and `Date` as Node itself.
 *
 * A file's own are what lies in `test`, all spies, the environment and the globals of its project: of them it leaves
 * nothing to the next. Everything else it has to put back itself, like an OpenTelemetry SDK that it registers.
 */
// As main.ts does, before anything that has decorators.
import "reflect-metadata";
import { createRequire, registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import circus from "jest-circus/runner";
import { ModuleMocker } from "jest-mock";

const require = createRequire(import.meta.url);
const TESTS = new URL("../dist/test/", import.meta.url).href;

/** What circus and `jest.setTimeout` keep for one file. */
const KEPT_BY_CIRCUS = ["EVENT_HANDLERS", "JEST_STATE_SYMBOL", "TEST_TIMEOUT_SYMBOL"];

/** What tests import from "@jest/globals": there is nothing to mock modules or timers with. */
export const jest = Object.assign(new ModuleMocker(globalThis), {
  setTimeout(milliseconds) {
    globalThis[Symbol.for("TEST_TIMEOUT_SYMBOL")] = milliseconds;
  },
});

// Node loads an address once. What a test file imports from `test` inherits the file's number, and is loaded for it alone.
registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier === "@jest/globals") return { url: import.meta.url, shortCircuit: true };
    const resolved = nextResolve(specifier, context);
    if (!resolved.url.startsWith(TESTS) || !context.parentURL?.startsWith(TESTS)) return resolved;
    return { ...resolved, url: resolved.url + new URL(context.parentURL).search };
  },
});

let fileCount = 0;

/** As much of jest's runtime as circus asks for. */
function createRuntime() {
  fileCount += 1;
  const query = `?file=${fileCount}`;
  return {
    /** Circus begins anew with every file. */
    requireInternalModule(path) {
      delete require.cache[path];
      return require(path);
    },
    requireModule: require,
    setGlobalsForRuntime() {},
    restoreAllMocks: () => jest.restoreAllMocks(),
    unstable_shouldLoadAsEsm: () => true,
    unstable_importModule: (path) => import(pathToFileURL(path).href + query),
    enterTestCode() {},
    leaveTestCode() {},
  };
}

/** A `testRunner` of jest, who goes on choosing files, starting workers, and reporting. */
export default function runFile(globalConfig, config, environment, _runtime, path, report) {
  if (globalConfig.watch || globalConfig.watchAll) throw new Error("The server would not be loaded again");
  const putBack = remember(Object.keys(config.globals));
  Object.assign(globalThis, config.globals, { console: environment.global.console });
  // Not awaited: this function would stand in the stack of every failure.
  return circus
    .default(globalConfig, config, { global: globalThis }, createRuntime(), path, report)
    .finally(putBack);
}

function remember(globals) {
  const { console } = globalThis;
  const variables = { ...process.env };
  return () => {
    jest.restoreAllMocks();
    for (const name of Object.keys(process.env)) if (!(name in variables)) delete process.env[name];
    Object.assign(process.env, variables);
    for (const name of globals) delete globalThis[name];
    globalThis.console = console;
    for (const symbol of Object.getOwnPropertySymbols(globalThis)) {
      if (KEPT_BY_CIRCUS.includes(symbol.description)) delete globalThis[symbol];
    }
  };
}
