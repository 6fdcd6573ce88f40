import type { EntityManager } from "@mikro-orm/core";
import { transact } from "./database/transaction.js";
import type { ClientInfo } from "./lib/client-info.js";
import type { RequestReport } from "./lib/request-report.js";
import type { MfaLoaders } from "./modules/mfa/mfa.loaders.js";
import type { PasskeyLoaders } from "./modules/passkey/passkey.loaders.js";
import type { SecurityEventLoaders } from "./modules/security-event/security-event.loaders.js";
import type { SessionLoaders } from "./modules/session/session.loaders.js";
import type { Viewer } from "./modules/session/session.store.js";
import type { BearerCredential } from "./modules/token/access-tokens.js";
import type { UserLoaders } from "./modules/user/user.loaders.js";

/** What the client remembers of earlier logins, and how to have it remember. */
export interface DeviceMemory {
  /** The device token it was given, if it sent one. Anything a client likes to send. */
  readonly token: string | null;
  remember(deviceToken: string): void;
}

/** Where the client keeps its refresh token in cookie delivery. */
export interface RefreshTokenMemory {
  /** What it sent, if it did and cookies are offered. Anything a client likes to send. */
  readonly token: string | null;
  keep(refreshToken: string, seconds: number): void;
  forget(): void;
}

/** Batched reads for the fields of lists, one set per request. */
export interface Loaders
  extends MfaLoaders,
    PasskeyLoaders,
    SecurityEventLoaders,
    SessionLoaders,
    UserLoaders {}

/** What anything that writes needs: inside a transaction nothing else of the request may be used. */
export interface WriteContext {
  /** A unit of work of this request's own. */
  readonly em: EntityManager;
  readonly client: ClientInfo;
}

/** What a piece of work inside a transaction may use. */
export interface TransactionContext extends WriteContext {
  /** For what must not be done unless the transaction has committed, and is nothing to wait for: a line in the log. */
  onCommit(action: () => void): void;
}

/**
 * What a request carries on its way. Building it does no I/O and never throws: a bad token makes an anonymous
 * request with a reason, so that public operations go on working (refreshing above all).
 */
export interface RequestContext extends WriteContext {
  /** What the Authorization header claims. It becomes a viewer when the auth checker has looked at the session. */
  readonly credential: BearerCredential;
  readonly loaders: Loaders;
  readonly device: DeviceMemory;
  readonly refreshCookie: RefreshTokenMemory;
  /** What the log and the metrics will say of the request. */
  readonly report: RequestReport;
  /** Who makes the request, once that was established: by the auth checker, a login or a refresh. */
  viewer: Viewer | null;
  /** The auth checker's look at the session, under way or done. */
  viewerLookup: Promise<Viewer | null> | undefined;
}

/** For resolvers under `@Authorized`, where the auth checker has set the viewer. */
export function requireViewer(ctx: RequestContext): Viewer {
  if (ctx.viewer === null) throw new Error("requireViewer() needs @Authorized() on the root field");
  return ctx.viewer;
}

/**
 * Runs a piece of work in one transaction. To refuse something and still keep what was written, return a verdict:
 * throwing rolls everything back. The work may run more than once: where the database broke a transaction off, it is
 * begun anew, so it must do nothing but read and write through `tx`.
 */
export async function inTransaction<Result>(
  { em, client }: WriteContext,
  work: (tx: TransactionContext) => Promise<Result>,
): Promise<Result> {
  let actions: (() => void)[] = [];
  const result = await transact(em, (forked) => {
    actions = [];
    return work({ em: forked, client, onCommit: (action) => void actions.push(action) });
  });
  for (const action of actions) action();
  return result;
}
