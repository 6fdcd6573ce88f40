import type { EntityManager } from "@mikro-orm/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { RequestContext } from "../context.js";
import type { SessionLoaders } from "../modules/session/session.loaders.js";
import type { AccessTokens } from "../modules/token/access-tokens.js";
import { readBearerCredential } from "./bearer.js";
import { readClientInfo } from "./client-info.js";
import { DeviceCookie } from "./device-cookie.js";

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
  let device: DeviceCookie | undefined;
  return {
    client: readClientInfo(request),
    credential: readBearerCredential(request.headers.authorization, parts.accessTokens),
    viewer: null,
    viewerLookup: undefined,
    // Made when first asked for: `me` needs none of them.
    get em() {
      em ??= parts.forkEntityManager();
      return em;
    },
    get device() {
      device ??= new DeviceCookie(request, reply, parts.isSecure);
      return device;
    },
    get loaders() {
      loaders ??= parts.createLoaders(this.em);
      return loaders;
    },
  };
}
