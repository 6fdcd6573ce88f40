import { lexicographicSortSchema, printSchema } from "graphql";
import { createSchema } from "./schema.js";

/** The text of schema.graphql, in an order that does not depend on the order of imports. */
export function printSchemaFile(): string {
  const notServing = (): never => {
    throw new Error("This schema is printed, not executed");
  };
  const schema = createSchema({ authChecker: notServing, container: { get: notServing } });
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
