import type { Config } from "../../config/config.js";
import type { ClientInfo } from "../../lib/client-info.js";
import { clientNetworkOf } from "../../lib/client-network.js";
import type { AttemptLimit, AttemptLimiter, RefusedAttempt } from "../attempt-limit/attempt-limiter.js";

type Limits = Pick<Config, "mailsPerAccount" | "loginAttemptsPerIp" | "attemptWindowSeconds">;

type Counter = readonly [limit: AttemptLimit, subject: string];

/**
 * Counts what makes us send mail, before anything is looked up: nobody's mailbox is to be filled, whether it has an
 * account here or not.
 */
export class MailRequests {
  readonly #byNetwork: AttemptLimit;
  readonly #byAddress: AttemptLimit;
  readonly #signups: AttemptLimit;
  readonly #resets: AttemptLimit;
  readonly #notices: AttemptLimit;

  constructor(
    { mailsPerAccount, loginAttemptsPerIp, attemptWindowSeconds: windowSeconds }: Limits,
    private readonly attemptLimiter: AttemptLimiter,
  ) {
    const perMailbox = { max: mailsPerAccount, windowSeconds };
    this.#byNetwork = { name: "mail-network", max: loginAttemptsPerIp, windowSeconds };
    this.#byAddress = { name: "mail-address", ...perMailbox };
    this.#signups = { name: "mail-signup", ...perMailbox };
    this.#resets = { name: "mail-reset", ...perMailbox };
    this.#notices = { name: "mail-notice", ...perMailbox };
  }

  /** @param subjects normalised addresses, or what else stands for a mailbox; @returns null when it may go on */
  count(client: ClientInfo, ...subjects: readonly string[]): Promise<RefusedAttempt | null> {
    return this.#take(
      [this.#byNetwork, clientNetworkOf(client)],
      ...subjects.map((subject): Counter => [this.#byAddress, subject]),
    );
  }

  /**
   * Apart from all other mails: whoever is delayed by a stranger has the stranger's mail, with a link that does as well
   * as their own. Mails of other kinds would keep the owner out.
   */
  countReset(client: ClientInfo, address: string): Promise<RefusedAttempt | null> {
    return this.#take([this.#byNetwork, clientNetworkOf(client)], [this.#resets, address]);
  }

  /** Apart, so that requests at an address keep nobody from signing up with it. The network is counted as one that signs up. */
  countSignup(address: string): Promise<RefusedAttempt | null> {
    return this.#take([this.#signups, address]);
  }

  /**
   * Notices nobody asks for, but whoever is logged in can cause any number, at an address that need not be theirs. By
   * kind: a flood of one must not hide another.
   */
  countNotice(kind: string, address: string): Promise<RefusedAttempt | null> {
    return this.#take([this.#notices, `${kind} ${address}`]);
  }

  async #take(...counters: readonly Counter[]): Promise<RefusedAttempt | null> {
    for (const [limit, subject] of counters) {
      const attempt = await this.attemptLimiter.take(limit, subject);
      if ("retryAfter" in attempt) return attempt;
    }
    return null;
  }
}
