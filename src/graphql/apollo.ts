import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { ApolloServerPluginLandingPageLocalDefault } from "@apollo/server/plugin/landingPage/default";
import type { GraphQLSchema } from "graphql";
import type { Logger } from "pino";
import type { Config } from "../config/config.js";
import type { RequestContext } from "../context.js";
import { createDocumentLimitsRule, type DocumentLimits, MAX_REQUEST_ERRORS } from "./document-limits.js";
import { DocumentStore } from "./document-store.js";
import { createErrorFormatter } from "./format-error.js";
import { createReportPlugin } from "./operation-reports.js";
import { sandboxOptions } from "./sandbox.js";

type ApolloConfig = Pick<Config, "introspection" | "sandbox" | "isProduction" | "maxQueryTokens"> &
  DocumentLimits;

/** Apollo Server with nothing on the way that Latchkey does not need: every plugin costs each request. */
export function createApolloServer(
  schema: GraphQLSchema,
  config: ApolloConfig,
  logger: Logger,
): ApolloServer<RequestContext> {
  return new ApolloServer<RequestContext>({
    schema,
    formatError: createErrorFormatter({ logger, suggestions: !config.isProduction }),
    parseOptions: { maxTokens: config.maxQueryTokens },
    validationRules: [createDocumentLimitsRule(config)],
    validationOptions: { maxErrors: MAX_REQUEST_ERRORS },
    executionOptions: { maxCoercionErrors: MAX_REQUEST_ERRORS },
    introspection: config.introspection,
    hideSchemaDetailsFromClientErrors: config.isProduction,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    documentStore: new DocumentStore(),
    // Our own start and stop say when; Apollo is told by them.
    stopOnTerminationSignals: false,
    nodeEnv: config.isProduction ? "production" : "development",
    logger: {
      debug() {},
      info() {},
      warn: (message) => logger.warn(message),
      error: (message) => logger.error(message),
    },
    plugins: [
      config.sandbox
        ? ApolloServerPluginLandingPageLocalDefault(sandboxOptions())
        : ApolloServerPluginLandingPageDisabled(),
      createReportPlugin(),
      ...disabledPlugins(),
    ],
  });
}

function disabledPlugins(): ApolloServerPlugin[] {
  return [
    ApolloServerPluginCacheControlDisabled(),
    ApolloServerPluginInlineTraceDisabled(),
    ApolloServerPluginSchemaReportingDisabled(),
    ApolloServerPluginUsageReportingDisabled(),
  ];
}
