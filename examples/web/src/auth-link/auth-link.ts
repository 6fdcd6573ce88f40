import { ApolloLink } from "@apollo/client";
import { concatMap, defer, type Observable, of, tap } from "rxjs";
import type { AuthSession } from "./auth-session.js";

/**
 * Sends every operation with the access token, and those that are refused because it is no longer good once more with a new
 * one. Stands before the HttpLink.
 *
 * An operation whose context has `anonymous: true` goes without a token and waits for none: login, signup, refreshTokens.
 */
export class AuthLink extends ApolloLink {
  constructor(session: AuthSession) {
    super((operation, forward) => {
      if (operation.getContext().anonymous === true) return forward(operation);

      const send = (token: string): Observable<ApolloLink.Result> => {
        operation.setContext(({ headers }) => ({
          headers: { ...headers, authorization: `Bearer ${token}` },
        }));
        return forward(operation).pipe(
          tap((result) => {
            if (reasonsOf(result).includes("SESSION_REVOKED")) session.endedByServer(token);
          }),
        );
      };
      const sendAgain = (rejected: string, result: ApolloLink.Result): Observable<ApolloLink.Result> =>
        defer(() => session.renew(rejected)).pipe(
          concatMap((token) => (token === null ? of(result) : send(token))),
        );

      return defer(() => session.accessToken()).pipe(
        concatMap((token) => {
          if (token === null) return forward(operation);
          return send(token).pipe(
            concatMap((result) => (isStale(result) ? sendAgain(token, result) : of(result))),
          );
        }),
      );
    });
  }
}

const isStale = (result: ApolloLink.Result): boolean =>
  reasonsOf(result).some((reason) => reason === "TOKEN_EXPIRED" || reason === "INVALID_TOKEN");

/** Why the server took the request, or fields of it, for that of nobody. */
function reasonsOf({ errors }: ApolloLink.Result): unknown[] {
  return (errors ?? [])
    .filter(({ extensions }) => extensions?.code === "UNAUTHENTICATED")
    .map(({ extensions }) => extensions?.reason);
}
