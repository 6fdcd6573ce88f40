import { setTimeout as delay } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { RETRY_AFTER_SECONDS } from "../lib/app-error.js";
import { errorBody } from "./error-answers.js";

const POLL_INTERVAL_MS = 50;

/** Stopping without breaking off what is in flight. */
export interface Drain {
  readonly isDraining: boolean;
  /**
   * From now on requests get 503; resolves when all that came before have their answer and the server has closed.
   * A load balancer thus sees "not ready" for as long as there is anything to wait for.
   */
  drain(): Promise<void>;
}

/** Has to be called before routes are registered. Probes are answered to the end. */
export function watchRequests(http: FastifyInstance): Drain {
  let isDraining = false;
  let inFlight = 0;

  http.addHook("onRequest", (request, reply, next) => {
    if (isDraining) void reply.header("connection", "close");
    if (isDraining && !request.routeOptions.config?.isProbe) {
      void reply.header("retry-after", RETRY_AFTER_SECONDS);
      const details = { retryAfter: RETRY_AFTER_SECONDS };
      return void reply
        .status(503)
        .send(errorBody("The server is stopping.", "SERVICE_UNAVAILABLE", details));
    }
    inFlight += 1;
    reply.raw.once("close", () => {
      inFlight -= 1;
    });
    next();
  });

  return {
    get isDraining() {
      return isDraining;
    },
    async drain() {
      isDraining = true;
      // Once is not enough: what came before may still lie in a socket that nobody has read.
      for (let quietLooks = 0; quietLooks < 2; ) {
        await delay(POLL_INTERVAL_MS);
        quietLooks = inFlight === 0 ? quietLooks + 1 : 0;
      }
      await http.close();
    },
  };
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** Asked by machines about this process, and therefore answered also while it stops. */
    readonly isProbe?: boolean;
  }
}
