import type { ApolloClient, OperationVariables, TypedDocumentNode } from "@apollo/client";
import { useApolloClient } from "@apollo/client/react";

type Options<Data, Variables extends OperationVariables> = Pick<
  ApolloClient.MutateOptions<Data, Variables>,
  "context" | "refetchQueries"
>;

/**
 * Sends a mutation and returns its answer. Throws what is not one: useMutation would keep it as a state, and each form
 * shows its own. Queries of `refetchQueries` are up to date before it returns.
 */
export function useMutate() {
  const client = useApolloClient();
  return async function mutate<Data, Variables extends OperationVariables>(
    mutation: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    options: Options<Data, Variables> = {},
  ): Promise<Data> {
    const { data } = await client.mutate({ mutation, variables, awaitRefetchQueries: true, ...options });
    if (data === undefined) throw new Error("The server answered without data");
    return data;
  };
}

/** For what goes out without an access token. */
export const ANONYMOUS = { context: { anonymous: true } } as const;
