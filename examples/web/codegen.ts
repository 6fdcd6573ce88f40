import type { CodegenConfig } from "@graphql-codegen/cli";

/** Typed documents for every operation in ../operations, from the schema that the server prints of itself. */
const config: CodegenConfig = {
  schema: "../../schema.graphql",
  documents: "../operations/*.graphql",
  generates: {
    "src/gql/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        strictScalars: true,
        defaultScalarType: "unknown",
        scalars: { DateTime: "string", ID: "string", JSON: "unknown" },
        enumsAsTypes: true,
        useTypeImports: true,
        skipTypename: true,
      },
    },
    // Which types implement AuthError: Apollo's cache has to know, for fragments on it.
    "src/gql/possible-types.ts": { plugins: ["fragment-matcher"] },
  },
};

export default config;
