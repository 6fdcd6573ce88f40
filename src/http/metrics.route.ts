import type { FastifyInstance } from "fastify";

export interface MetricsPage {
  readonly contentType: string;
  print(): Promise<string>;
}

/** What Prometheus asks for. Nothing in it is personal or secret, but it is nobody's business outside. */
export function registerMetricsRoute(http: FastifyInstance, metrics: MetricsPage): void {
  http.get("/metrics", { config: { isProbe: true } }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.print()),
  );
}
