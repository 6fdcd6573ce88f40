import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ApolloServerPluginLandingPageLocalDefault } from "@apollo/server/plugin/landingPage/default";
import { buildSchema, parse, validate } from "graphql";
import { sandboxOptions } from "../../src/graphql/sandbox.js";
import { nameOf, operations } from "../support/operations.js";
import { readText } from "../support/repository.js";

/** What Sandbox's script adds to the address of its frame besides the two: see `injectEmbed` of @apollo/sandbox. */
const REST_OF_ADDRESS = 700;

describe("what Sandbox begins with", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "latchkey-"));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const optionsOf = (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return sandboxOptions(pathToFileURL(`${folder}/`));
  };

  const renderPage = async (options: ReturnType<typeof sandboxOptions>): Promise<string> => {
    const plugin = ApolloServerPluginLandingPageLocalDefault(options);
    const listener = await plugin.serverWillStart?.({} as never);
    const html = (await listener?.renderLandingPage?.())?.html;
    return typeof html === "function" ? html() : "";
  };

  test("is all operations, valid, and logging in comes first", () => {
    const { document = "" } = sandboxOptions();
    expect(validate(buildSchema(readText("schema.graphql")), parse(document))).toEqual([]);
    const names = [...document.matchAll(/^(?:query|mutation) (\w+)/gm)].map(([, name]) => name);
    expect(names.toSorted()).toEqual(operations.map(nameOf).sort());
    expect(names.slice(0, 3)).toEqual(["AuthSettings", "Signup", "Login"]);
  });

  test("fits into an address", () => {
    const { document = "", variables = {} } = sandboxOptions();
    const parts = [document, JSON.stringify(variables, null, 2)].map(
      (text) => encodeURIComponent(text).length,
    );
    expect(parts.reduce((sum, length) => sum + length, REST_OF_ADDRESS)).toBeLessThan(8000);
  });

  test("cannot end the script that it stands in", async () => {
    const markup = "</script><script>alert(1)</script> & ' <!-- <script>";
    const hostile = `query User($a: ID = "${markup}", $b: ID = "${markup}") { user(id: $a) { id } }`;
    const [plain, page] = [
      await renderPage(sandboxOptions()),
      await renderPage(optionsOf({ "login.graphql": hostile })),
    ];
    expect(page).toContain("\\\\u003c/script>\\\\u003cscript>alert(1)");
    expect(page.match(/<\/?script|<!--/g)).toEqual(plain.match(/<\/?script|<!--/g));
  });

  test("is up to Sandbox where there are no examples, as in an image", async () => {
    const options = sandboxOptions(pathToFileURL(join(folder, "none/")));
    expect(options).toEqual({ includeCookies: true });
    expect(await renderPage(options)).toContain("new window.EmbeddedSandbox");
  });
});
