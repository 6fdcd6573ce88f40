import type { EntityManager } from "@mikro-orm/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { DeviceMemory, Loaders, RefreshTokenMemory, RequestContext } from "../context.js";
import type { ClientInfo } from "../lib/client-info.js";
import type { RequestReport } from "../lib/request-report.js";
import type { Viewer } from "../modules/session/session.store.js";
import type { AccessTokens, BearerCredential } from "../modules/token/access-tokens.js";
import { readBearerCredential } from "./bearer.js";
import { readClientInfo } from "./client-info.js";
import { DeviceCookie } from "./device-cookie.js";
import { OwnCookies } from "./own-cookies.js";
import { RefreshCookie } from "./refresh-cookie.js";

export interface ContextParts {
  readonly accessTokens: AccessTokens;
  readonly forkEntityManager: () => EntityManager;
  readonly createLoaders: (em: EntityManager) => Loaders;
  /** Whether clients reach us over TLS. */
  readonly isSecure: boolean;
  readonly offersCookies: boolean;
}

/**
 * Decodes the Bearer token, does no I/O and never throws. What `me` does not need is made when first asked for:
 * by getters of the class, since Apollo copies every property that is the object's own.
 */
export class HttpRequestContext implements RequestContext {
  readonly credential: BearerCredential;
  readonly report: RequestReport;
  viewer: Viewer | null = null;
  viewerLookup: Promise<Viewer | null> | undefined;
  private lazyClient: ClientInfo | undefined;
  private lazyEm: EntityManager | undefined;
  private lazyLoaders: Loaders | undefined;
  private lazyCookies: OwnCookies | undefined;

  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
    private readonly parts: ContextParts,
  ) {
    this.credential = readBearerCredential(request.headers.authorization, parts.accessTokens);
    this.report = request.report;
  }

  get client(): ClientInfo {
    this.lazyClient ??= readClientInfo(this.request);
    return this.lazyClient;
  }

  get em(): EntityManager {
    this.lazyEm ??= this.parts.forkEntityManager();
    return this.lazyEm;
  }

  get loaders(): Loaders {
    this.lazyLoaders ??= this.parts.createLoaders(this.em);
    return this.lazyLoaders;
  }

  get device(): DeviceMemory {
    return new DeviceCookie(this.cookies);
  }

  get refreshCookie(): RefreshTokenMemory {
    return new RefreshCookie(this.cookies, this.parts.offersCookies);
  }

  private get cookies(): OwnCookies {
    this.lazyCookies ??= new OwnCookies(this.request, this.reply, this.parts.isSecure);
    return this.lazyCookies;
  }
}
