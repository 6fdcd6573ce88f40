import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { AuthLink } from "../auth-link/auth-link";
import possibleTypes from "../gql/possible-types";
import { ReauthenticationLink } from "../reauthentication/reauthentication-link";
import type { Auth } from "./auth";
import { GRAPHQL_URL } from "./graphql-url";
import { securityEventPages } from "./security-event-pages";

/** A client with an empty cache. Each session gets one of its own, so that nobody is shown what another one saw. */
export function createClient({ session, reauthentication }: Auth): ApolloClient {
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
    // What other devices have changed shows when a page is opened again.
    defaultOptions: { watchQuery: { fetchPolicy: "cache-and-network" } },
  });
}
