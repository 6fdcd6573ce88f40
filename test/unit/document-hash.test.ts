import { createHash as createNodeHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createHash } from "../../src/graphql/document-hash.js";
import { ROOT } from "../support/repository.js";

const documents = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `{ me { id email } } # ${i}`);

describe("the hash of a document", () => {
  test.each([
    ["a short text", "sha256", "{ me { id } }"],
    ["none", "sha256", ""],
    ["letters of two and four bytes", "sha256", '{ me(name: "é😀") }'],
    ["half a pair", "sha256", "\ud83d"],
    ["a long text", "sha256", "{ me { id } }".repeat(1000)],
    ["another algorithm", "sha512", "{ me { id } }"],
  ])("is Node's, the first time and later: %s", (_what, algorithm, text) => {
    const expected = createNodeHash(algorithm).update(text).digest("hex");
    for (let time = 0; time < 3; time++)
      expect(createHash(algorithm).update(text).digest("hex")).toBe(expected);
  });

  test("is that of all that was given", () => {
    const expected = createNodeHash("sha256").update("{ me }").digest("hex");
    expect(createHash("sha256").update("{ ").update("me }").digest("hex")).toBe(expected);
  });

  test("stays right when more were asked for than are remembered", () => {
    const hashes = () => documents(1000).map((text) => createHash("sha256").update(text).digest("hex"));
    const expected = documents(1000).map((text) => createNodeHash("sha256").update(text).digest("hex"));
    expect(hashes()).toEqual(expected);
    expect(hashes()).toEqual(expected);
  });

  test("is what Apollo Server takes in the bundle", () => {
    const files = globSync("*.js", { cwd: join(ROOT, "dist/server") });
    const modules = files.flatMap((file) =>
      readFileSync(join(ROOT, "dist/server", file), "utf8").match(
        /^\/\/ (dist\/src|node_modules)\/\S+\.js$/gm,
      ),
    );
    expect(modules).toContain("// dist/src/graphql/document-hash.js");
    expect(modules.filter((module) => module?.includes("@apollo/utils.createhash"))).toEqual([]);
    expect(modules.some((module) => module?.includes("node_modules/@apollo/server/"))).toBe(true);
  });
});
