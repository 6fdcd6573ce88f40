import type { Config } from "../config/config.js";
import type { Database } from "../database/database.js";
import { StartError } from "../lib/start-error.js";
import { AdminAccounts, type Promotion, type TakenField } from "../modules/account/admin-accounts.js";
import { validateSignup } from "../modules/account/signup.validation.js";
import { PasswordPolicy } from "../modules/password/password-policy.js";
import { SecurityEvents } from "../modules/security-event/security-events.js";
import { TokenDelivery } from "../modules/session/auth-payload.types.js";
import { type Command, type OptionValues, UsageError } from "./command.js";
import { hashPassword } from "./hash-password.js";
import { withMigratedDatabase } from "./migrated-database.js";
import { askForNewPassword } from "./password-input.js";

const options = {
  email: { type: "string", summary: "the address of the account" },
  username: { type: "string", summary: "of a new account, if it is to have one" },
  name: { type: "string", summary: "of the person, for display" },
  promote: { type: "boolean", summary: "an account with this address becomes an administrator's" },
} as const;

type Values = OptionValues<typeof options>;

/** What is recorded lies in the database; this process has no log. */
const NO_LOG = { info() {}, warn() {} };

const TAKEN: Readonly<Record<TakenField, string>> = {
  email: "An account with this address already exists: --promote makes it an administrator's.",
  username: "This username is taken.",
};

export const createAdminCommand: Command<typeof options> = {
  summary: "makes an administrator; asks for the password, or reads it from standard input",
  options,
  async run(config, values) {
    const { email } = values;
    if (email === undefined) throw new UsageError("Option '--email' is missing");
    await withMigratedDatabase(config, async (database) => {
      const accounts = createAdminAccounts(config, database);
      if (!(await accounts.hasAccount(email))) return create(config, accounts, { ...values, email });
      if (!values.promote) throw new StartError(TAKEN.email);
      await promote(accounts, { ...values, email });
    });
  },
};

function createAdminAccounts(config: Config, { orm }: Database): AdminAccounts {
  return new AdminAccounts({
    forkEntityManager: () => orm.em.fork(),
    hashPassword: (password) => hashPassword(config, password),
    securityEvents: new SecurityEvents(NO_LOG, Date.now),
    clock: Date.now,
  });
}

async function create(
  config: Config,
  accounts: AdminAccounts,
  { email, username, name }: Values & { readonly email: string },
): Promise<void> {
  const { password, confirmation } = await askForNewPassword();
  const input = { email, username, name, password, passwordConfirmation: confirmation };
  const signup = await validateSignup(
    { ...input, tokenDelivery: TokenDelivery.BODY },
    new PasswordPolicy(config.password),
  );
  if (!("email" in signup)) {
    throw new StartError(signup.map(({ field, message }) => `${field}: ${message}`).join("\n"));
  }
  const result = await accounts.create(signup);
  if (!("id" in result)) throw new StartError(result.map((field) => TAKEN[field]).join("\n"));
  console.log(`${signup.email.address} is an administrator (${result.id}).`);
}

async function promote(
  accounts: AdminAccounts,
  { email, username, name }: Values & { readonly email: string },
): Promise<void> {
  if (username !== undefined || name !== undefined) {
    throw new UsageError("The account is there already: '--username' and '--name' are for a new one");
  }
  const promotion = await accounts.promote(email);
  if (promotion === null) throw new StartError("The account has gone at this moment.");
  if ("storedAddress" in promotion) {
    const address = inAscii(promotion.storedAddress);
    throw new StartError(
      `The account has another address, which looks like it: ${address}. Spell it like that if it is meant.`,
    );
  }
  for (const line of describePromotion(promotion)) console.log(line);
}

/** Letters that look alike would tell nothing: others than those of ASCII are shown as JSON escapes them. */
function inAscii(text: string): string {
  return text.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function describePromotion({ isChanged, emailVerified }: Promotion): readonly string[] {
  const outcome = isChanged
    ? "The account is an administrator's now, and may log in with the password that it has."
    : "The account is an active administrator's already.";
  // Anybody can have signed up with it.
  const warning = "Its address was never verified: make sure that it belongs to whom you mean.";
  return emailVerified ? [outcome] : [outcome, warning];
}
