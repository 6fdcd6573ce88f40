import { PASSWORD } from "./candidate.js";
import { graphqlProtocol } from "./graphql-protocol.js";
import { withBothEngines } from "./peer-server.js";

const SIGNUP = `mutation ($input: SignupInput!) {
  signup(input: $input) { accessToken refreshToken }
}`;
const LOGIN = `mutation ($input: LoginInput!) {
  login(input: $input) { accessToken refreshToken }
}`;
const REFRESH = `mutation ($refreshToken: String!) {
  refreshTokens(refreshToken: $refreshToken) { accessToken refreshToken }
}`;

const credentials = (email: string) => ({ input: { email, password: PASSWORD } });

const protocol = graphqlProtocol({
  signup: SIGNUP,
  login: LOGIN,
  refresh: REFRESH,
  signupVariables: credentials,
  loginVariables: credentials,
});

const SET_UP =
  "NestJS on Express with its modules for GraphQL (Apollo), Passport and TypeORM, as its documentation puts them together, with logging off. Each request loads the user but not the session, so that an access token goes on being answered after the end of its session; there are no limits of attempts and no record of events.";

export const { portable: nestjs, simd: nestjsSimd } = withBothEngines({
  peer: "nestjs",
  name: "NestJS",
  setUp: SET_UP,
  protocol,
});
