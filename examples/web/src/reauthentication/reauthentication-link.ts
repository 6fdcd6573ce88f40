import { ApolloLink } from "@apollo/client";
import { from, mergeMap, type Observable, of } from "rxjs";
import type { Reauthentication } from "./reauthentication";

/** Has an operation that needs a recent login wait until the person has confirmed who they are, and sends it again. */
export class ReauthenticationLink extends ApolloLink {
  readonly #reauthentication: Reauthentication;

  constructor(reauthentication: Reauthentication) {
    super();
    this.#reauthentication = reauthentication;
  }

  override request(
    operation: ApolloLink.Operation,
    forward: ApolloLink.ForwardFunction,
  ): Observable<ApolloLink.Result> {
    return forward(operation).pipe(
      mergeMap((result) => {
        if (!needsReauthentication(result)) return of(result);
        return from(this.#reauthentication.ask()).pipe(
          mergeMap((isConfirmed) => (isConfirmed ? forward(operation) : of(result))),
        );
      }),
    );
  }
}

const needsReauthentication = ({ errors = [] }: ApolloLink.Result): boolean =>
  errors.some(({ extensions }) => extensions?.code === "REAUTHENTICATION_REQUIRED");
