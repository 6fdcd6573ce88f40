import { setTimeout as delay } from "node:timers/promises";
import type { Config } from "../../config/config.js";
import type { RequestContext } from "../../context.js";
import { clientNetworkOf } from "../../lib/client-network.js";
import { newId } from "../../lib/uuid.js";
import {
  type AttemptLimit,
  type AttemptLimiter,
  type CountedAttempt,
  counterKey,
} from "../attempt-limit/attempt-limiter.js";
import { TooManyAttempts } from "../auth-error/login-errors.types.js";
import type { SessionService } from "../session/session.service.js";
import type { Viewer } from "../session/session.store.js";
import type { DeviceOwner, DeviceTokens } from "../token/device-tokens.js";
import type { User } from "../user/user.entity.js";

const WITHDRAWAL_PATIENCE_MS = 1000;

type Limits = Pick<
  Config,
  "loginAttemptsPerAccount" | "loginAttemptsPerIp" | "signupsPerIp" | "attemptWindowSeconds"
>;

interface Collaborators {
  readonly attemptLimiter: AttemptLimiter;
  readonly deviceTokens: DeviceTokens;
  readonly sessionService: SessionService;
}

interface Counter {
  readonly limit: AttemptLimit;
  readonly subject: string;
  /** Whether proving who one is clears it. An address is shared: there only the own attempt is taken back. */
  readonly isOwn: boolean;
}

interface Counted extends Pick<Counter, "isOwn"> {
  readonly attempt: CountedAttempt;
}

/** An attempt that was counted and may be made. */
export interface Attempt {
  /** Whether the account has been logged in to from there. */
  readonly isKnownClient: boolean;
  /** The credentials were right. */
  succeed(): Promise<void>;
  /** It was not made after all, for a reason that says nothing about the credentials. */
  withdraw(): Promise<void>;
}

/**
 * Counts attempts at credentials before they are made (ASVS 6.3.1): by account, and by the client's network.
 *
 * Other people's failures must not keep the owner out. A device that has logged in to the account before therefore
 * has a counter of its own instead of the account's. It is known by its device token, which passes by the network's
 * counter, too; or, weaker, by a live session of the account with the same network and User-Agent.
 */
export class CredentialAttempts {
  readonly #byAccount: AttemptLimit;
  readonly #byNetwork: AttemptLimit;
  readonly #byDevice: AttemptLimit;
  readonly #bySession: AttemptLimit;
  readonly #setups: AttemptLimit;
  readonly #signups: AttemptLimit;
  readonly #refusedPasskeys: AttemptLimit;

  constructor(
    limits: Limits,
    private readonly deps: Collaborators,
  ) {
    const windowSeconds = limits.attemptWindowSeconds;
    const perAccount = { max: limits.loginAttemptsPerAccount, windowSeconds };
    this.#byAccount = { name: "login-account", ...perAccount };
    this.#byNetwork = { name: "login-network", max: limits.loginAttemptsPerIp, windowSeconds };
    this.#byDevice = { name: "login-device", ...perAccount };
    this.#bySession = { name: "reauthenticate", ...perAccount };
    this.#setups = { name: "totp-setup", ...perAccount };
    this.#refusedPasskeys = { name: "passkey-network", max: limits.loginAttemptsPerIp, windowSeconds };
    this.#signups = { name: "signup-network", max: limits.signupsPerIp, windowSeconds };
  }

  /** @param identifier stands for the account where there is none, so that unknown ones are limited alike */
  async beginLogin(
    ctx: RequestContext,
    user: DeviceOwner | null,
    identifier: string,
  ): Promise<Attempt | TooManyAttempts> {
    const deviceId = user === null ? null : this.deps.deviceTokens.findDeviceId(ctx.device.token, user);
    if (deviceId !== null) return this.#begin([own(this.#byDevice, `${deviceId} ${user?.id}`)], true);
    const network = clientNetworkOf(ctx.client);
    // Looked up for unknown accounts, too: how long it takes must not tell whether there is somebody.
    const familiar = await this.deps.sessionService.findFamiliar(ctx, user?.id ?? newId());
    const counters = [
      { limit: this.#byNetwork, subject: network, isOwn: false },
      // By the session, not by what it is known by: whoever has stolen it could refresh it from network to network.
      familiar !== null ? own(this.#byDevice, familiar) : own(this.#byAccount, user?.id ?? identifier),
    ];
    return this.#begin(counters, familiar !== null);
  }

  /** Whoever holds an access token and guesses at the password is slowed down in that session, and only there. */
  beginReauthentication({ session }: Viewer): Promise<Attempt | TooManyAttempts> {
    return this.#begin([own(this.#bySession, session.id)], true);
  }

  /** Apart: whoever confirms a secret that they were just shown has proved nothing that clears guesses at the password. */
  beginTotpConfirmation({ session }: Viewer): Promise<Attempt | TooManyAttempts> {
    return this.#begin([own(this.#setups, session.id)], true);
  }

  beginSignup({ client }: RequestContext): Promise<Attempt | TooManyAttempts> {
    const counter = { limit: this.#signups, subject: clientNetworkOf(client), isOwn: false };
    return this.#begin([counter], false);
  }

  /** Whether the account has been logged in to from there, by whatever means. */
  async isKnownClient(ctx: RequestContext, user: DeviceOwner): Promise<boolean> {
    const isKnownDevice = this.deps.deviceTokens.findDeviceId(ctx.device.token, user) !== null;
    return isKnownDevice || (await this.deps.sessionService.findFamiliar(ctx, user.id)) !== null;
  }

  /** Counted once they are refused: there is nothing to guess, and those that are right are let in however many were not. */
  async countRefusedPasskey({ client }: RequestContext): Promise<TooManyAttempts | null> {
    const attempt = await this.deps.attemptLimiter.take(this.#refusedPasskeys, clientNetworkOf(client));
    return "retryAfter" in attempt ? new TooManyAttempts(attempt.retryAfter) : null;
  }

  /** Guesses at a password that is no longer the account's. */
  async forgetFailures({ id }: Pick<User, "id">): Promise<void> {
    await this.deps.attemptLimiter.forget({ key: counterKey(this.#byAccount, id) });
  }

  async #begin(counters: readonly Counter[], isKnownClient: boolean): Promise<Attempt | TooManyAttempts> {
    const counted: Counted[] = [];
    try {
      for (const { limit, subject, isOwn } of counters) {
        const attempt = await this.deps.attemptLimiter.take(limit, subject);
        if ("retryAfter" in attempt) {
          await this.#giveBack(counted);
          return new TooManyAttempts(attempt.retryAfter);
        }
        counted.push({ attempt, isOwn });
      }
    } catch (error) {
      await this.#giveBack(counted).catch(() => {});
      throw error;
    }
    return {
      isKnownClient,
      succeed: async () => {
        for (const { attempt, isOwn } of counted) {
          await (isOwn
            ? this.deps.attemptLimiter.forget(attempt)
            : this.deps.attemptLimiter.giveBack(attempt));
        }
      },
      withdraw: () => this.#giveBack(counted),
    };
  }

  async #giveBack(counted: readonly Counted[]): Promise<void> {
    for (const { attempt } of counted) await this.deps.attemptLimiter.giveBack(attempt);
  }
}

/** An attempt that could not be made - the server was too busy, the database away - does not count. */
export async function withdrawingOnError<Result>(
  attempt: Attempt,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    // What failed may be the database: the client does not wait for it a second time.
    await Promise.race([
      attempt.withdraw().catch(() => {}),
      delay(WITHDRAWAL_PATIENCE_MS, undefined, { ref: false }),
    ]);
    throw error;
  }
}

/** A counter that could not be cleared is no reason to refuse who has proved themselves: it ends by itself. */
export async function clearCounters(attempt: Pick<Attempt, "succeed">): Promise<void> {
  await attempt.succeed().catch(() => {});
}

const own = (limit: AttemptLimit, subject: string): Counter => ({ limit, subject, isOwn: true });
