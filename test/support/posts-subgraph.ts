import { buildASTSchema, graphql, parse } from "graphql";
import type { Subgraph } from "./supergraph.js";

/** A service of somebody else, with lists of Relay and an idea of users of its own. */
export const POSTS_SDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
  type Query { posts: [Post!]! }
  type Post { id: ID! author: User! }
  type User @key(fields: "id") { id: ID! posts: [Post!]! postPages: PostConnection }
  type PostConnection { nodes: [Post!]! pageInfo: PageInfo! }
  type PageInfo @shareable {
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
    endCursor: String
  }`;

const MACHINERY = `
  scalar _Any
  union _Entity = User
  extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`;

/** @param authorIds who has written each of its posts */
export function createPostsSubgraph(authorIds: readonly string[]): Subgraph {
  const schema = buildASTSchema(parse(POSTS_SDL + MACHINERY), { assumeValidSDL: true });
  const posts = authorIds.map((id, i) => ({ id: `post-${i}`, author: { id } }));
  const rootValue = {
    posts,
    _entities: ({ representations }: { readonly representations: readonly { readonly id: string }[] }) =>
      representations.map(({ id }) => ({
        __typename: "User",
        id,
        posts: posts.filter(({ author }) => author.id === id),
      })),
  };
  return {
    name: "posts",
    sdl: POSTS_SDL,
    async answer(source, variableValues) {
      const { data, errors } = await graphql({ schema, source, variableValues, rootValue });
      if (errors !== undefined) throw new Error(errors.join("\n"));
      return { data };
    },
  };
}
