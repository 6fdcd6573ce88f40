import type { ApolloServerPlugin, GraphQLRequestContextWillSendResponse } from "@apollo/server";
import { defaultFieldResolver, type GraphQLFormattedError, type GraphQLSchema } from "graphql";
import type { RequestContext } from "../context.js";
import { OK, type OperationReport, type RequestReport } from "../lib/request-report.js";
import { AuthError } from "../modules/auth-error/auth-error.types.js";

const MAX_NAME_LENGTH = 64;

/** Has each root field note how long it took, and the code of a result that is no success. */
export function reportRootFields(schema: GraphQLSchema): void {
  for (const rootType of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(rootType?.getFields() ?? {})) {
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = async (source, args, ctx: RequestContext, info) => {
        const operation = beginOperation(ctx.report, field.name, String(info.path.key));
        const startedAt = performance.now();
        try {
          const result: unknown = await resolve(source, args, ctx, info);
          if (result instanceof AuthError) operation.outcome = result.code;
          return result;
        } finally {
          operation.durationSeconds = (performance.now() - startedAt) / 1000;
          ctx.report.userId = ctx.viewer?.user.id ?? null;
        }
      };
    }
  }
}

function beginOperation(report: RequestReport, operation: string, responseKey: string): OperationReport {
  const begun = { operation, responseKey, outcome: OK, durationSeconds: 0 };
  report.operations.push(begun);
  return begun;
}

/** Notes what the client called its operation, and the codes of errors as the client gets to see them. */
export function createReportPlugin(): ApolloServerPlugin<RequestContext> {
  const listener = {
    async willSendResponse(request: GraphQLRequestContextWillSendResponse<RequestContext>): Promise<void> {
      const { contextValue, operation, operationName, response } = request;
      const { report } = contextValue;
      report.operationName = operationName?.slice(0, MAX_NAME_LENGTH) ?? null;
      report.operationType = operation?.operation ?? null;
      if (response.body.kind !== "single") return;
      for (const error of response.body.singleResult.errors ?? []) reportError(report, error);
    },
  };
  return { requestDidStart: async () => listener };
}

function reportError(report: RequestReport, { path, extensions }: GraphQLFormattedError): void {
  const code = String(extensions?.code);
  const operation = report.operations.find(({ responseKey }) => responseKey === path?.[0]);
  if (operation === undefined) report.refusal ??= code;
  else operation.outcome = code;
  if (typeof extensions?.errorId === "string") report.errorId = extensions.errorId;
}
