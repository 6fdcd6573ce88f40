import type { InvalidFieldCode } from "../../modules/auth-error/invalid-input.types.js";
import type { InvalidTokenReason } from "../../modules/auth-error/invalid-token.types.js";
import type { Notice, Problems } from "./browser/page-data.js";

/** What may be wrong with a new password. Whatever else InvalidField may say some day does not compile without a text. */
export type PasswordFault = Exclude<
  `${InvalidFieldCode}`,
  "TAKEN" | "MISMATCH" | "UNCHANGED" | "NOT_FOUND" | "LAST_ADMIN"
>;

export interface PasswordLimits {
  readonly minLength: number;
  readonly maxLength: number;
}

export interface PageTexts {
  readonly heading: string;
  readonly lead: string;
  readonly button: string;
  readonly success: Notice;
  readonly invalidToken: Readonly<Record<`${InvalidTokenReason}`, Notice>>;
}

export interface PasswordTexts {
  readonly label: string;
  readonly hint: (limits: PasswordLimits) => string;
  readonly show: string;
  readonly faults: (limits: PasswordLimits) => Readonly<Record<PasswordFault, string>>;
}

/** Everything the pages say in one language. */
export interface Texts {
  readonly verifyEmail: PageTexts;
  readonly resetPassword: PageTexts;
  readonly newPassword: PasswordTexts;
  readonly incompleteLink: Notice;
  readonly problems: Problems;
  readonly underWay: string;
  readonly noScript: string;
}
