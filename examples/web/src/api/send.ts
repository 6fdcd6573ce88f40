import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";
import { GRAPHQL_URL } from "./graphql-url";

/** What every answer looks like (GraphQL specification §7.1). */
interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string }[];
}

/**
 * Sends one operation past Apollo Client: for what is needed before there is a client, or below it. Throws when there is no
 * answer, or none with data.
 */
export async function send<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  accessToken: string | null = null,
): Promise<Data> {
  const response = await fetch(GRAPHQL_URL, {
    method: "POST",
    credentials: "include",
    // A logout arrives also when the page is left.
    keepalive: true,
    headers: {
      "content-type": "application/json",
      ...(accessToken !== null && { authorization: `Bearer ${accessToken}` }),
    },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors }: Answer<Data> = await response.json();
  if (data == null) throw new Error(errors?.[0]?.message ?? `The server answered ${response.status}`);
  return data;
}
