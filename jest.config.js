/** Tests run on compiled output: one compiler for tests and product. `npm test` builds first. */
export default {
  testEnvironment: "node",
  roots: ["<rootDir>/dist/test"],
  testMatch: ["**/*.test.js"],
  transform: {},
  restoreMocks: true,
  testTimeout: 20_000,
};
