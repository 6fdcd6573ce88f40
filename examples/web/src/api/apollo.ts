import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { AuthLink } from "../auth-link/auth-link";
import type { AuthSession } from "../auth-link/auth-session";
import possibleTypes from "../gql/possible-types";
import type { Reauthentication } from "../reauthentication/reauthentication";
import { ReauthenticationLink } from "../reauthentication/reauthentication-link";
import { GRAPHQL_URL } from "./graphql-url";
import { securityEventPages } from "./security-event-pages";

/** A client with an empty cache. Each session gets one of its own, so that nobody is shown what another one saw. */
export function createClient(session: AuthSession, reauthentication: Reauthentication): ApolloClient {
  return new ApolloClient({
    link: ApolloLink.from([
      new ReauthenticationLink(reauthentication),
      new AuthLink(session),
      new HttpLink({ uri: GRAPHQL_URL, credentials: "include" }),
    ]),
    cache: new InMemoryCache({
      ...possibleTypes,
      typePolicies: { User: { fields: { securityEvents: securityEventPages } } },
    }),
    defaultOptions: {
      // What other devices have changed shows when a page is opened again.
      watchQuery: { fetchPolicy: "cache-and-network" },
      // Tokens and codes have no business in the cache; and it would take from an answer what is not among possibleTypes yet:
      // the message of a new error. Who changes something has the queries that show it asked again.
      mutate: { fetchPolicy: "no-cache" },
    },
  });
}
