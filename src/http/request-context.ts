import type { EntityManager } from "@mikro-orm/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { RequestContext } from "../context.js";
import type { SessionLoaders } from "../modules/session/session.loaders.js";
import type { AccessTokens } from "../modules/token/access-tokens.js";
import { readBearerCredential } from "./bearer.js";
import { readClientInfo } from "./client-info.js";
import { createDeviceCookie } from "./device-cookie.js";

export interface ContextParts {
  readonly accessTokens: AccessTokens;
  readonly forkEntityManager: () => EntityManager;
  readonly createLoaders: (em: EntityManager) => SessionLoaders;
  /** Whether clients reach us over TLS. */
  readonly isSecure: boolean;
}

/** The context builder: decodes the Bearer token, does no I/O and never throws. */
export function createRequestContext(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: ContextParts,
): RequestContext {
  let em: EntityManager | undefined;
  let loaders: SessionLoaders | undefined;
  return {
    client: readClientInfo(request),
    device: createDeviceCookie(request, reply, parts),
    credential: readBearerCredential(request.headers.authorization, parts.accessTokens),
    viewer: null,
    viewerLookup: undefined,
    // Made when first asked for: `me` needs neither.
    get em() {
      em ??= parts.forkEntityManager();
      return em;
    },
    get loaders() {
      loaders ??= parts.createLoaders(this.em);
      return loaders;
    },
  };
}
