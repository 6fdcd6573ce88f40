import type { FastifyInstance } from "fastify";
import type { JwkSet } from "../modules/token/key-ring.js";

/** How long other services may keep the public keys, in seconds. */
const JWKS_MAX_AGE_SECONDS = 300;

const PROBE = { config: { isProbe: true } };

export interface Probes {
  /** Whether requests can be served now: the database answers, migrations are applied, no shutdown has begun. */
  readonly isReady: () => Promise<boolean>;
  readonly jwks: () => JwkSet;
}

/** What machines ask: a load balancer, an orchestrator, a service that verifies our tokens. */
export function registerProbeRoutes(http: FastifyInstance, probes: Probes): void {
  http.get("/health", PROBE, async () => ({ status: "ok" }));

  http.get("/ready", PROBE, async (_request, reply) => {
    const isReady = await probes.isReady();
    return reply.status(isReady ? 200 : 503).send({ status: isReady ? "ready" : "not ready" });
  });

  http.get("/.well-known/jwks.json", PROBE, async (_request, reply) =>
    reply
      .header("cache-control", `public, max-age=${JWKS_MAX_AGE_SECONDS}`)
      .type("application/jwk-set+json")
      .send(JSON.stringify(probes.jwks())),
  );
}
