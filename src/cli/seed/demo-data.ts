import { v7 } from "uuid";
import { secondsToMs } from "../../lib/clock.js";
import type { Row } from "../../lib/insert-rows.js";
import { normalizeName } from "../../lib/name.js";
import type { Session } from "../../modules/session/session.entity.js";
import type { User } from "../../modules/user/user.entity.js";
import { Role, UserStatus } from "../../modules/user/user.types.js";
import { FIRST_NAMES, LAST_NAMES, LOCALES, USER_AGENTS } from "./demo-names.js";

const TWO_YEARS_MS = 2 * 365 * 86_400_000;
/** Of the time after which a session has ended. */
const LIVE_SHARE = 0.9;

export interface DemoPlan {
  readonly users: number;
  readonly sessionsPerUser: number;
  readonly passwordHash: string;
  readonly nowMs: number;
  readonly sessionIdleSeconds: number;
  readonly sessionMaxSeconds: number;
}

/** The same index is the same person each time, and all that is random about them. */
class Chance {
  #state: number;

  constructor(index: number) {
    this.#state = index;
  }

  /** From 0 on, below 1: mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  happens(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.next() * items.length)] as Item;
  }
}

/** One row of `users`. Later ones were made later, so that they lie behind each other in every index that goes by time. */
export function demoUser(index: number, plan: DemoPlan): Row<User> {
  const chance = new Chance(index);
  const { firstName, lastName } = pickNames(chance);
  const email = demoEmail(index);
  const username = chance.happens(0.6) ? `${toAscii(firstName)}${index}` : null;
  const name = chance.happens(0.95) ? `${firstName} ${lastName}` : null;
  // A service that grows: half of its people came in the last seven months.
  const createdAtMs = plan.nowMs - TWO_YEARS_MS * (1 - Math.sqrt((index + 1) / plan.users));
  const lastLoginAtMs = createdAtMs + (plan.nowMs - createdAtMs) * chance.next();
  return {
    id: v7({ msecs: Math.floor(createdAtMs) }),
    email,
    emailNormalized: email,
    emailVerified: chance.happens(0.85),
    username,
    usernameNormalized: username,
    name,
    nameNormalized: name === null ? null : normalizeName(name),
    picture: null,
    phoneNumber: chance.happens(0.3) ? `+1 202 555 01${String(index % 100).padStart(2, "0")}` : null,
    gender: null,
    locale: chance.happens(0.7) ? chance.pick(LOCALES) : null,
    role: index % 5000 === 0 ? Role.ADMIN : Role.USER,
    status: index % 5000 !== 0 && chance.happens(0.02) ? UserStatus.DISABLED : UserStatus.ACTIVE,
    passwordHash: plan.passwordHash,
    totpEnabled: false,
    createdAt: new Date(createdAtMs),
    updatedAt: new Date(createdAtMs),
    lastLoginAt: new Date(lastLoginAtMs),
  };
}

/** Lower-case ASCII at a domain that never receives mail (RFC 2606): so it is its own normalized form. */
export function demoEmail(index: number): string {
  const { firstName, lastName } = pickNames(new Chance(index));
  return `${toAscii(firstName)}.${toAscii(lastName)}.${index}@example.org`;
}

/** The first of what chance decides. */
function pickNames(chance: Chance): { readonly firstName: string; readonly lastName: string } {
  return { firstName: chance.pick(FIRST_NAMES), lastName: chance.pick(LAST_NAMES) };
}

/** Their live sessions; who is disabled has none. */
export function demoSessions(index: number, user: Row<User>, plan: DemoPlan): readonly Row<Session>[] {
  if (user.status === UserStatus.DISABLED) return [];
  const chance = new Chance(~index);
  return Array.from({ length: plan.sessionsPerUser }, () => {
    const spanMs = secondsToMs(Math.min(plan.sessionIdleSeconds, plan.sessionMaxSeconds)) * LIVE_SHARE;
    const begunMs = plan.nowMs - spanMs * (1 - (index + chance.next()) / plan.users);
    const createdAtMs = Math.max(begunMs, user.createdAt.getTime());
    const lastUsedAtMs = createdAtMs + (plan.nowMs - createdAtMs) * chance.next();
    return {
      id: v7({ msecs: Math.floor(createdAtMs) }),
      user: user.id,
      generation: 1 + Math.floor(chance.next() * 40),
      createdAt: new Date(createdAtMs),
      authenticatedAt: new Date(createdAtMs),
      lastUsedAt: new Date(lastUsedAtMs),
      // Addresses for documentation (RFC 5737).
      ipAddress: `198.51.100.${1 + (index % 254)}`,
      userAgent: chance.pick(USER_AGENTS),
    };
  });
}

/** Without accents; what has no ASCII below them is spelled. */
const SPELLED = new Map([
  ["ø", "oe"],
  ["ł", "l"],
  ["ı", "i"],
]);

const ASCII_FORMS = new Map([...FIRST_NAMES, ...LAST_NAMES].map((name) => [name, spell(name)]));

function toAscii(name: string): string {
  return ASCII_FORMS.get(name) ?? spell(name);
}

function spell(name: string): string {
  const letters = [...name.toLowerCase().normalize("NFD")].map((letter) => SPELLED.get(letter) ?? letter);
  return letters.join("").replace(/[^a-z]/g, "");
}
