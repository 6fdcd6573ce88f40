import { buildSchema, GraphQLError } from "graphql";
import type { Authentication } from "./authentication.js";
import type { User } from "./store.js";

export const schema = buildSchema(`
  type Session { id: ID! createdAt: String! lastUsedAt: String! }
  type User { id: ID! email: String! sessions: [Session!]! }
  type AuthPayload { accessToken: String! refreshToken: String! user: User! }
  type Tokens { accessToken: String! refreshToken: String! }
  type Query { me: User! }
  type Mutation {
    signup(email: String!, password: String!): AuthPayload!
    login(email: String!, password: String!): AuthPayload!
    refreshTokens(refreshToken: String!): Tokens!
  }
`);

/** Of one request. A type, since a context has to be assignable to a record. */
export type GraphqlContext = {
  readonly authentication: Authentication;
  readonly viewer: User | undefined;
};

interface Credentials {
  readonly email: string;
  readonly password: string;
}

const withSessions = (user: User) => ({
  ...user,
  sessions: (_: object, { authentication }: GraphqlContext) => authentication.listSessions(user),
});

export const resolvers = {
  me(_: object, { viewer }: GraphqlContext) {
    if (viewer === undefined) {
      throw new GraphQLError("Log in first", { extensions: { code: "UNAUTHENTICATED" } });
    }
    return withSessions(viewer);
  },
  async signup({ email, password }: Credentials, { authentication }: GraphqlContext) {
    const { user, ...tokens } = await authentication.signup(email, password);
    return { ...tokens, user: withSessions(user) };
  },
  async login({ email, password }: Credentials, { authentication }: GraphqlContext) {
    const { user, ...tokens } = await authentication.login(email, password);
    return { ...tokens, user: withSessions(user) };
  },
  refreshTokens({ refreshToken }: { readonly refreshToken: string }, { authentication }: GraphqlContext) {
    return authentication.refresh(refreshToken);
  },
};
