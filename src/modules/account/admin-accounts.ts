import { type EntityManager, LockMode, UniqueConstraintViolationException } from "@mikro-orm/core";
import { inTransaction, type TransactionContext } from "../../context.js";
import type { Clock } from "../../lib/clock.js";
import { parseEmailAddress } from "../../lib/email-address.js";
import { foldCase } from "../../lib/letter-case.js";
import { normalizeUsername } from "../../lib/username.js";
import { SecurityEventType } from "../security-event/security-event.types.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import { User } from "../user/user.entity.js";
import { Role, UserStatus } from "../user/user.types.js";
import type { ValidSignup } from "./signup.validation.js";

/** Whoever works at the machine has no address that would tell anything. */
const OPERATOR = { ipAddress: null, userAgent: null };

interface Collaborators {
  readonly forkEntityManager: () => EntityManager;
  hashPassword(password: string): Promise<string>;
  readonly securityEvents: SecurityEvents;
  readonly clock: Clock;
}

export type TakenField = "email" | "username";

/** What promoting an account has changed. */
export interface Promotion {
  readonly isChanged: boolean;
  readonly emailVerified: boolean;
}

/** An account that has the address for its own, though it is spelled with other letters. */
export interface LookAlike {
  readonly storedAddress: string;
}

/** How administrators come to be without one who makes them. */
export class AdminAccounts {
  constructor(private readonly deps: Collaborators) {}

  /** Whether there is an account with this address, which may be anything. */
  async hasAccount(email: string): Promise<boolean> {
    return (await this.#findTaken(email, null)).includes("email");
  }

  /** Makes an account that may log in at once: who works at the machine vouches for the address. */
  async create(signup: ValidSignup): Promise<User | readonly TakenField[]> {
    const { email, username, password } = signup;
    const taken = await this.#findTaken(email.address, username);
    if (taken.length > 0) return taken;
    const passwordHash = await this.deps.hashPassword(password);
    try {
      return await inTransaction(this.#context(), (tx) => this.#create(tx, { ...signup, passwordHash }));
    } catch (error) {
      // The unique indexes decide.
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      return this.#findTaken(email.address, username);
    }
  }

  /**
   * Makes an account an administrator's that may log in. It keeps its password. Null when there is none.
   *
   * Whoever signs up with letters that look like somebody's address, of a domain of their own, is not to be taken for them.
   */
  async promote(email: string): Promise<Promotion | LookAlike | null> {
    const wanted = parseEmailAddress(email);
    if (wanted === null) return null;
    return inTransaction(this.#context(), async (tx) => {
      const found = { emailNormalized: wanted.normalized };
      const user = await tx.em.findOne(User, found, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (user === null) return null;
      return foldCase(user.email) === foldCase(wanted.address)
        ? this.#promote(tx, user)
        : { storedAddress: user.email };
    });
  }

  async #create(
    tx: TransactionContext,
    account: ValidSignup & { readonly passwordHash: string },
  ): Promise<User> {
    const now = new Date(this.deps.clock());
    const user = new User({ ...account, emailVerified: true, isLoggedIn: false, now });
    user.role = Role.ADMIN;
    await tx.em.persist(user).flush();
    await this.deps.securityEvents.record(tx, { type: SecurityEventType.SIGNED_UP, userId: user.id });
    await this.deps.securityEvents.record(tx, { type: SecurityEventType.ROLE_CHANGED, userId: user.id });
    return user;
  }

  async #promote(tx: TransactionContext, user: User): Promise<Promotion> {
    const changes: SecurityEventType[] = [];
    if (user.role !== Role.ADMIN) changes.push(SecurityEventType.ROLE_CHANGED);
    if (user.status !== UserStatus.ACTIVE) changes.push(SecurityEventType.STATUS_CHANGED);
    const { emailVerified } = user;
    if (changes.length === 0) return { isChanged: false, emailVerified };
    user.role = Role.ADMIN;
    user.status = UserStatus.ACTIVE;
    user.updatedAt = new Date(this.deps.clock());
    await tx.em.flush();
    for (const type of changes) await this.deps.securityEvents.record(tx, { type, userId: user.id });
    return { isChanged: true, emailVerified };
  }

  async #findTaken(email: string, username: string | null): Promise<readonly TakenField[]> {
    const em = this.deps.forkEntityManager();
    const emailNormalized = parseEmailAddress(email)?.normalized ?? null;
    const usernameNormalized = username === null ? null : normalizeUsername(username);
    const taken: TakenField[] = [];
    if (emailNormalized !== null && (await em.count(User, { emailNormalized })) > 0) taken.push("email");
    if (usernameNormalized !== null && (await em.count(User, { usernameNormalized })) > 0) {
      taken.push("username");
    }
    return taken;
  }

  #context() {
    return { em: this.deps.forkEntityManager(), client: OPERATOR };
  }
}
