import { connect } from "node:net";

/** Tests run on compiled output: one compiler for tests and product. `npm test` builds first. */
const common = { testEnvironment: "node", transform: {}, restoreMocks: true };

const unit = {
  ...common,
  displayName: "unit",
  roots: ["<rootDir>/dist/test/unit"],
  testMatch: ["**/*.test.js"],
};

/** What goes through the public door runs once on each database. */
const endToEnd = (kind, setup = {}) => ({
  ...common,
  displayName: kind,
  roots: ["<rootDir>/dist/test/e2e"],
  testMatch: ["**/*.test.js"],
  globals: { DATABASE_KIND: kind },
  testPathIgnorePatterns: [`/e2e/${kind === "sqlite" ? "postgresql" : "sqlite"}/`],
  ...setup,
});

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
  const skipping = { setupFilesAfterEnv: ["<rootDir>/dist/test/support/skip-all.js"] };
  return {
    testTimeout: 20_000,
    // Tests wait more than they compute; by default one core is left idle, which of two is half.
    maxWorkers: "100%",
    projects: [unit, endToEnd("sqlite"), endToEnd("postgresql", hasPostgresql ? {} : skipping)],
  };
};
