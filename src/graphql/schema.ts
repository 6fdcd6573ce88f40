import { assertValidSchema, type GraphQLObjectType, type GraphQLSchema } from "graphql";
import { GraphQLDateTime } from "graphql-scalars";
import {
  type AuthCheckerFn,
  buildSchemaSync,
  type ContainerType,
  getMetadataStorage,
  type NonEmptyArray,
} from "type-graphql";
import type { RequestContext } from "../context.js";
import { CREDENTIAL_OPERATION } from "../lib/credential-operation.js";
import { PUBLIC_OPERATION } from "../lib/public-operation.js";
import { AccountResolver } from "../modules/account/account.resolver.js";
import { AdministrationResolver } from "../modules/admin/administration.resolver.js";
import { UserDirectoryResolver } from "../modules/admin/user-directory.resolver.js";
import { EmailResolver } from "../modules/email/email.resolver.js";
import { FederationResolver } from "../modules/federation/federation.resolver.js";
import { MfaResolver, UserMfaResolver } from "../modules/mfa/mfa.resolver.js";
import { PasskeyResolver, UserPasskeysResolver } from "../modules/passkey/passkey.resolver.js";
import { PasswordResolver } from "../modules/password/password.resolver.js";
import {
  SecurityEventResolver,
  UserSecurityEventsResolver,
} from "../modules/security-event/security-event.resolver.js";
import { SessionResolver, UserSessionsResolver } from "../modules/session/session.resolver.js";
import { UserResolver } from "../modules/user/user.resolver.js";
import type { Requirement } from "./auth-checker.js";
import { limitEntityValues } from "./entity-values.js";
import { guardUserFields } from "./user-field-access.js";

type ResolverClass = new (...collaborators: never[]) => object;

const RESOLVERS: readonly ResolverClass[] = [
  AccountResolver,
  AdministrationResolver,
  EmailResolver,
  MfaResolver,
  PasskeyResolver,
  PasswordResolver,
  SecurityEventResolver,
  SessionResolver,
  UserDirectoryResolver,
  UserMfaResolver,
  UserPasskeysResolver,
  UserResolver,
  UserSecurityEventsResolver,
  UserSessionsResolver,
];

export interface SchemaParts {
  readonly authChecker: AuthCheckerFn<RequestContext, Requirement>;
  /** Where TypeGraphQL finds the resolvers that app.ts has made. */
  readonly container: ContainerType;
  /** Whether a router may ask what it asks subgraphs. Without it nothing of that is there. */
  readonly federation?: boolean;
}

/**
 * @throws when the types break the rules of GraphQL, or a root field, or one of `User`, says neither whom it is for nor
 * that it is for everybody
 */
export function createSchema(
  { authChecker, container, federation = false }: SchemaParts,
  resolvers = federation ? [...RESOLVERS, FederationResolver] : RESOLVERS,
): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [...resolvers] as unknown as NonEmptyArray<ResolverClass>,
    authChecker,
    container,
    validate: false,
    // TypeGraphQL checks by an introspection of everything: a start has better things to do.
    skipCheck: true,
    scalarsMap: [{ type: Date, scalar: GraphQLDateTime }],
  });
  assertValidSchema(schema);
  describeRootTypes(schema);
  refuseUndecidedRootFields(schema);
  guardUserFields(schema);
  limitEntityValues(schema);
  return schema;
}

function describeRootTypes(schema: GraphQLSchema): void {
  const query = schema.getQueryType();
  const mutation = schema.getMutationType();
  if (query) query.description = "What can be read.";
  if (mutation) {
    const fields = Object.values(mutation.getFields());
    const limited = fields.filter(({ extensions }) => extensions[CREDENTIAL_OPERATION] === true);
    mutation.description =
      "What can be done. The fields of one request run one after another. A request carries at most one of those " +
      `that try a credential: ${limited
        .map(({ name }) => `\`${name}\``)
        .sort()
        .join(", ")}.`;
  }
}

/** Default deny: a root field that nobody thought about must not become public by that. */
function refuseUndecidedRootFields(schema: GraphQLSchema): void {
  for (const rootType of [schema.getQueryType(), schema.getMutationType()]) {
    const undecided = Object.values(rootType?.getFields() ?? {}).filter(
      (field) => field.extensions[PUBLIC_OPERATION] !== true && !isAuthorized(rootType, field.name),
    );
    if (undecided.length > 0) {
      const names = undecided.map((field) => field.name).join(", ");
      throw new Error(`Root fields without @Authorized() or @Public(): ${names}`);
    }
  }
}

function isAuthorized(rootType: GraphQLObjectType | null | undefined, fieldName: string): boolean {
  const { authorizedFields, mutations, queries } = getMetadataStorage();
  const operations = rootType?.name === "Query" ? queries : mutations;
  const operation = operations.find(({ schemaName }) => schemaName === fieldName);
  return authorizedFields.some(
    (field) => field.target === operation?.target && field.fieldName === operation?.methodName,
  );
}
