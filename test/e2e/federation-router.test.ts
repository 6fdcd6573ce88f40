import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Account, errorOf, signedUp } from "../support/journeys.js";
import { createPostsSubgraph } from "../support/posts-subgraph.js";
import { ROOT, readText } from "../support/repository.js";
import { Supergraph } from "../support/supergraph.js";
import { TestApp } from "../support/test-app.js";

const SERVICE = "{ _service { sdl } }";

describe("behind a router", () => {
  let app: TestApp;
  let ada: Account;
  let eve: Account;

  beforeAll(async () => {
    app = await TestApp.start({ FEDERATION: "true", INTROSPECTION: "false" });
    [ada, eve] = [await signedUp(app, { name: "Ada" }), await signedUp(app, { name: "Eve" })];
  });

  /** A router that passes the Authorization of whoever asks it on. */
  const supergraphFor = async (token?: string): Promise<Supergraph> => {
    const { body } = await app.graphql(SERVICE);
    return new Supergraph([
      createPostsSubgraph([ada.userId, eve.userId, ada.userId]),
      {
        name: "latchkey",
        sdl: body.data._service.sdl,
        answer: async (query, variables) => {
          const answer = await app.graphql(query, { variables, ...(token === undefined ? {} : { token }) });
          return answer.body;
        },
      },
    ]);
  };

  test("a user has what another subgraph knows of them, and that in turn its users", async () => {
    const supergraph = await supergraphFor(ada.accessToken);
    const { data, errors } = await supergraph.ask("{ me { email posts { id author { name } } } }");
    expect(errors).toEqual([]);
    expect(data.me).toMatchObject({
      email: ada.email,
      posts: [
        { id: "post-0", author: { name: "Ada" } },
        { id: "post-2", author: { name: "Ada" } },
      ],
    });
  });

  test("44: what another subgraph refers to shows no more than the user may see", async () => {
    const supergraph = await supergraphFor(eve.accessToken);
    const { data, errors } = await supergraph.ask("{ posts { id author { name totpEnabled } } }");
    expect(data.posts.map(({ author }: { author: object }) => author)).toMatchObject([
      { id: ada.userId },
      { name: "Eve", totpEnabled: false },
      { id: ada.userId },
    ]);
    expect(JSON.stringify(data)).not.toContain('"Ada","totpEnabled"');
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(["FORBIDDEN", "FORBIDDEN"]);
  });

  test("44: without a login nobody is shown", async () => {
    const supergraph = await supergraphFor();
    const { data, errors } = await supergraph.ask("{ posts { id author { id name } } }");
    expect(JSON.stringify(data)).not.toContain("Ada");
    expect(errors?.map(({ extensions }) => extensions.reason)).toEqual(["MISSING_TOKEN"]);
  });
});

describe("the schema of the subgraph", () => {
  test("is the same from the server, without introspection, and from the command", async () => {
    const app = await TestApp.start({ FEDERATION: "true", INTROSPECTION: "false" });
    expect((await app.graphql("{ __schema { description } }")).status).toBe(400);
    const schemaFile = readText("schema.graphql");
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["dist/src/cli/schema.js", "--federation"],
      {
        cwd: join(ROOT),
      },
    );
    expect((await app.graphql(SERVICE)).body.data._service.sdl).toBe(stdout);
    expect(readText("schema.graphql")).toBe(schemaFile);
  });

  test("and all of its machinery is not there unless FEDERATION says so", async () => {
    const app = await TestApp.start();
    for (const query of [SERVICE, "{ _entities(representations: []) { __typename } }"]) {
      const answer = await app.graphql(query);
      expect([answer.status, errorOf(answer)?.code]).toEqual([400, "GRAPHQL_VALIDATION_FAILED"]);
    }
    const { body } = await app.graphql("{ __schema { types { name } } }");
    const names: string[] = body.data.__schema.types.map(({ name }: { name: string }) => name);
    expect(names.filter((name) => /^_(?!_)/.test(name))).toEqual([]);
  });
});
