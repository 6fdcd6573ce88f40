import { Kind, parse, print, visit } from "graphql";
import { printSchemaFile } from "./schema-file.js";

/** Federation 2.0 has all that is said here, and whatever composes supergraphs today understands it. */
const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", "@shareable"])';

/** What the types of a subgraph say that others share. `PageInfo` is Relay's: wherever it comes from, it is the same. */
const SHARED_TYPES = 'type User @key(fields: "id") type PageInfo @shareable';

/** The schema as a subgraph of Apollo Federation 2, without what only routers ask. */
export function printSubgraphSdl(): string {
  const shared = parse(SHARED_TYPES).definitions.filter((type) => type.kind === Kind.OBJECT_TYPE_DEFINITION);
  const document = visit(parse(printSchemaFile()), {
    ObjectTypeDefinition: (type) => {
      const directives = shared.find(({ name }) => name.value === type.name.value)?.directives;
      return { ...type, directives };
    },
  });
  return `${LINK}\n\n${print(document)}\n`;
}
