import "reflect-metadata";
import { readFileSync, writeFileSync } from "node:fs";
import { printSchemaFile } from "../graphql/schema-file.js";
import { printSubgraphSdl } from "../graphql/subgraph-sdl.js";

/**
 * `npm run schema` writes schema.graphql; with --check it only says whether the file is what the code would write, and
 * with --federation it prints what composes a supergraph: `npm run --silent schema -- --federation > latchkey.graphql`.
 */
const SCHEMA_FILE = "schema.graphql";

if (process.argv.includes("--federation")) {
  process.stdout.write(printSubgraphSdl());
} else if (!process.argv.includes("--check")) {
  writeFileSync(SCHEMA_FILE, printSchemaFile());
  console.log(`wrote ${SCHEMA_FILE}`);
} else if (readFileSync(SCHEMA_FILE, "utf8") !== printSchemaFile()) {
  console.error(`${SCHEMA_FILE} is out of date: run "npm run schema" and commit the result.`);
  process.exit(1);
}
