/** Where the server is. Set VITE_GRAPHQL_URL when building for another one. */
export const GRAPHQL_URL: string = import.meta.env.VITE_GRAPHQL_URL ?? "http://localhost:4000/graphql";
