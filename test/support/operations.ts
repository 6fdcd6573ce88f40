import { type DocumentNode, Kind, type OperationDefinitionNode, parse } from "graphql";
import { listFiles, readText } from "./repository.js";

/** All documents of examples/operations as one: what a client such as Apollo Sandbox may send, whichever it runs. */
export const ALL_OPERATIONS = listFiles("examples/operations/*.graphql").sort().map(readText).join("\n");

export const parsedOperations: DocumentNode = parse(ALL_OPERATIONS);

export const operations: readonly OperationDefinitionNode[] = parsedOperations.definitions.filter(
  (definition) => definition.kind === Kind.OPERATION_DEFINITION,
);

export const nameOf = ({ name }: OperationDefinitionNode): string => name?.value ?? "";
