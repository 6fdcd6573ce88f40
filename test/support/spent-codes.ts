import { inTransaction } from "../../src/context.js";
import { SealedBox } from "../../src/lib/sealed-box.js";
import { SecretKeys } from "../../src/lib/secret-keys.js";
import type { MfaMethod } from "../../src/modules/auth-error/login-errors.types.js";
import { Outbox } from "../../src/modules/mail/outbox.js";
import { SecondFactor } from "../../src/modules/mfa/second-factor.js";
import { SecurityEvents } from "../../src/modules/security-event/security-events.js";
import { lockActiveUser } from "../../src/modules/user/user.lock.js";
import type { Account } from "./journeys.js";
import type { TestApp } from "./test-app.js";

type Owner = Pick<Account, "userId">;

const client = { ipAddress: "198.51.100.7", userAgent: null };

/** What a login does with a code, and nothing else of it. */
export function spendCode(app: TestApp, { userId }: Owner, code: string): Promise<boolean> {
  return inTransaction({ em: app.orm.em.fork(), client }, async (tx) => {
    const user = await lockActiveUser(tx.em, userId);
    return user !== null && secondFactorOf(app).spendCode(tx, user, code);
  });
}

export function findMethods(app: TestApp, { userId }: Owner): Promise<readonly MfaMethod[]> {
  return secondFactorOf(app).findMethods({ em: app.orm.em.fork(), client }, userId);
}

function secondFactorOf(app: TestApp): SecondFactor {
  const clock = () => app.now;
  return new SecondFactor({
    sealedBox: new SealedBox(new SecretKeys(app.secret, app.config.authSecretPrevious)),
    securityEvents: new SecurityEvents({ info: () => {}, warn: () => {} }, clock),
    outbox: new Outbox(true, clock),
    clock,
  });
}
