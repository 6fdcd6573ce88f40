import { PASSWORD } from "./candidate.js";
import { graphqlProtocol } from "./graphql-protocol.js";
import { withBothEngines } from "./peer-server.js";

const SIGNUP = `mutation ($email: String!, $password: String!) {
  signup(email: $email, password: $password) { accessToken refreshToken }
}`;
const LOGIN = `mutation ($email: String!, $password: String!) {
  login(email: $email, password: $password) { accessToken refreshToken }
}`;
const REFRESH = `mutation ($refreshToken: String!) {
  refreshTokens(refreshToken: $refreshToken) { accessToken refreshToken }
}`;

const credentials = (email: string) => ({ email, password: PASSWORD });

const protocol = graphqlProtocol({
  signup: SIGNUP,
  login: LOGIN,
  refresh: REFRESH,
  signupVariables: credentials,
  loginVariables: credentials,
});

const SET_UP =
  "Express with graphql-http, jsonwebtoken and prepared statements, written by hand for these operations alone. Each request asks the database whether its session is still open, as Latchkey does; there are no limits of attempts, no record of events, and a refresh token that comes back is only refused.";

export const { portable: express, simd: expressSimd } = withBothEngines({
  peer: "express",
  name: "Express by hand",
  setUp: SET_UP,
  protocol,
});
