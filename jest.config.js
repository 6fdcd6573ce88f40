import { existsSync } from "node:fs";
import { connect } from "node:net";
import { availableParallelism } from "node:os";

/** Tests run on compiled output: one compiler for tests and product. `npm test` builds first. */
const common = {
  testEnvironment: "node",
  testRunner: "<rootDir>/scripts/jest-runner.js",
  transform: {},
  restoreMocks: true,
};

const unit = {
  ...common,
  displayName: "unit",
  roots: ["<rootDir>/dist/test/unit"],
  testMatch: ["**/*.test.js"],
};

/**
 * What is about HTTP, the command line, the files of other systems, the shape of an input or how others use the server does
 * not ask which database there is, and runs once.
 */
const ONCE = [
  "(cors|cross-site|document-limits|document-values|graphql-over-http|host-header|http|http-errors|pages|security-headers)",
  "(cli|create-admin-terminal|import-presets)",
  "(federation-garbage|federation-router|passkey-garbage)",
  "examples/[^/]+",
  "(auth-link|auth-session-cookie|auth-session-end|auth-session-renewal)",
].map((suites) => `/e2e/${suites}.test`);

/** What goes through the public door runs once on each database. */
const endToEnd = (kind, setup = {}) => ({
  ...common,
  displayName: kind,
  roots: ["<rootDir>/dist/test/e2e"],
  testMatch: ["**/*.test.js"],
  globals: { DATABASE_KIND: kind },
  testPathIgnorePatterns: [`/e2e/${kind === "sqlite" ? "postgresql" : "sqlite"}/`, "/e2e/browser/"].concat(
    kind === "postgresql" ? ONCE : [],
  ),
  ...setup,
});

/** What is about pages only does not ask which database there is. */
const inBrowser = (setup) => ({
  ...common,
  displayName: "browser",
  globalSetup: "<rootDir>/dist/test/support/build-example.js",
  roots: ["<rootDir>/dist/test/e2e/browser"],
  testMatch: ["**/*.test.js"],
  ...setup,
});

const SKIPPING = { setupFilesAfterEnv: ["<rootDir>/dist/test/support/skip-all.js"] };

const TEMPLATE_DATABASE = "<rootDir>/dist/test/support/template-database.js";
const COPYING = { globalSetup: TEMPLATE_DATABASE, globalTeardown: TEMPLATE_DATABASE };

const POSTGRESQL_URL = process.env.TEST_POSTGRES_URL || "postgresql://postgres@127.0.0.1:5432/postgres";

/** Whether anything listens there. Wrong credentials are not "not there": then the tests fail and say so. */
function isListening(url) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 5432), timeout: 2000 });
    const answer = (isThere) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
    socket.once("timeout", () => answer(false));
  });
}

const CHROMIUM_PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

function findChromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given && !existsSync(given)) throw new Error(`There is no file at CHROMIUM_PATH: ${given}`);
  return given || CHROMIUM_PATHS.find((path) => existsSync(path));
}

export default async () => {
  const hasPostgresql = await isListening(POSTGRESQL_URL);
  if (!hasPostgresql && process.env.TEST_POSTGRES_URL) {
    throw new Error(`Nothing listens at TEST_POSTGRES_URL: ${new URL(POSTGRESQL_URL).host}`);
  }
  if (!hasPostgresql) {
    console.error(`
*** SKIPPED: all tests on PostgreSQL. Nothing listens at ${new URL(POSTGRESQL_URL).host}.
*** Start one, for instance: docker run -e POSTGRES_HOST_AUTH_METHOD=trust -p 5432:5432 postgres
*** or set TEST_POSTGRES_URL=postgresql://<user who may create databases>@<host>/postgres
`);
  }
  const chromium = findChromium();
  if (chromium === undefined) {
    console.error(`
*** SKIPPED: all tests in a browser. There is no Chromium at ${CHROMIUM_PATHS[0]}.
*** Install one, for instance: apt-get install chromium
*** or set CHROMIUM_PATH=<where Chromium or Chrome is>
`);
  }
  return {
    // For what hangs. What a test waits for has a limit of its own, and work may take long on a busy machine.
    testTimeout: 60_000,
    // Tests wait a good part of their time: what one leaves of a core is another's. As a share jest takes 100 % at most.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    // Each file leaves something behind: with gigabytes of it collecting garbage takes longer than starting anew.
    workerIdleMemoryLimit: "1GB",
    projects: [
      unit,
      endToEnd("sqlite"),
      endToEnd("postgresql", hasPostgresql ? COPYING : SKIPPING),
      inBrowser(chromium === undefined ? SKIPPING : { globals: { CHROMIUM: chromium } }),
    ],
  };
};
