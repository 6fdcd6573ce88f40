import "reflect-metadata";
import { buildSchema, Kind, lexicographicSortSchema, parse, print, printSchema, visit } from "graphql";
import { printSubgraphSdl } from "../../src/graphql/subgraph-sdl.js";
import { POSTS_SDL } from "../support/posts-subgraph.js";
import { readText } from "../support/repository.js";
import { compose } from "../support/supergraph.js";

const sdl = printSubgraphSdl();

describe("the schema as a subgraph", () => {
  test("makes a supergraph with another that extends User and has pages of its own", () => {
    const supergraph = compose([
      { name: "latchkey", sdl },
      { name: "posts", sdl: POSTS_SDL },
    ]);
    const user = parse(supergraph).definitions.find(
      (definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === "User",
    );
    expect(user && print(user)).toContain("email: String! @join__field(graph: LATCHKEY)");
    expect(user && print(user)).toContain("posts: [Post!]! @join__field(graph: POSTS)");
  });

  test("makes a supergraph alone", () => {
    expect(compose([{ name: "latchkey", sdl }])).toContain("type User");
  });

  test("is schema.graphql with directives, and without what only routers ask", () => {
    const applied: string[] = [];
    const plain = visit(parse(sdl), {
      SchemaExtension: () => null,
      Directive(directive, _key, _parent, _path, ancestors) {
        const type = ancestors.at(-1);
        if (directive.name.value === "specifiedBy" || type === undefined || !("kind" in type))
          return undefined;
        applied.push(`${"name" in type && type.name?.value} ${print(directive)}`);
        return null;
      },
    });
    expect(applied).toEqual(["PageInfo @shareable", 'User @key(fields: "id")']);
    expect(`${printSchema(lexicographicSortSchema(buildSchema(print(plain))))}\n`).toBe(
      readText("schema.graphql"),
    );
  });
});
