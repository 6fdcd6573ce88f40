import type { MailTexts } from "./mail-texts.js";

const IT_WAS_YOU = "If this was you, there is nothing to do.";

const TAKE_BACK =
  "If this was not you, somebody else has access to your account: reset your password at once. This logs out every device, including theirs.";

const TAKE_BACK_WITH_PASSKEYS =
  "If this was not you, somebody else has access to your account: reset your password at once, which logs out every device, and remove passkeys that are not yours.";

const CONTACT = (service: string): string =>
  `If this was not you, somebody else has access to your account: change your password at once if you can still log in, and contact whoever runs ${service}.`;

export const en: MailTexts = {
  language: "en",
  // Day before month, and 24 hours: read the same everywhere.
  timeFormat: "en-GB",
  greeting: "Hello,",
  buttonFails: "If the button does not work, open this address in your browser:",
  facts: { newEmail: "New address", at: "When", device: "Device", ipAddress: "IP address" },
  footer: (service) => `This is an automatic message from ${service}.`,
  links: {
    VERIFY_EMAIL: (service, until) => ({
      subject: "Confirm your email address",
      before: [`This email address was given for an account at ${service}. Please confirm that it is yours.`],
      action: "Confirm address",
      after: [
        `The link works until ${until}.`,
        "If this was not you, ignore this mail and do not follow the link: you would confirm somebody else's account.",
      ],
    }),
    CONFIRM_SIGNUP: (service, until) => ({
      subject: "Complete your sign-up",
      before: [
        `Somebody, hopefully you, signed up at ${service} with this email address. Once you confirm it, your account is ready.`,
      ],
      action: "Complete sign-up",
      after: [
        `The link works until ${until}.`,
        "If this was not you, ignore this mail and do not follow the link: without it there will be no account.",
      ],
    }),
    CONFIRM_EMAIL_CHANGE: (service, until) => ({
      subject: "Confirm your new email address",
      before: [
        `This is to become the email address of an account at ${service}. Please confirm that it is yours.`,
      ],
      action: "Confirm new address",
      after: [
        `The link works until ${until}. Until you confirm, the account keeps its present address.`,
        "If this was not you, ignore this mail and do not follow the link: somebody else's account would get your address.",
      ],
    }),
    RESET_PASSWORD: (service, until) => ({
      subject: "Reset your password",
      before: [
        `Somebody, hopefully you, asked to reset the password of your account at ${service}.`,
        "Nothing has changed yet. The link lets you choose a new password.",
      ],
      action: "Choose a new password",
      after: [
        `The link works once, and until ${until}. Do not pass it on to anybody.`,
        "If this was not you, ignore this mail and do not follow the link: your password stays as it is.",
      ],
    }),
  },
  notices: {
    SIGNUP_ATTEMPTED: (service) => ({
      subject: "You already have an account",
      before: [
        `Somebody, perhaps you, wanted to sign up at ${service} with this email address. It already has an account, so nothing was changed.`,
      ],
      after: [
        "If this was you, just log in. If you have forgotten your password, ask for a link to reset it.",
        "If this was not you, there is nothing to do.",
      ],
    }),
    EMAIL_CHANGE_ATTEMPTED: (service) => ({
      subject: "This address already belongs to your account",
      before: [
        `Somebody, perhaps you, wanted to use this email address for another account at ${service}. It already belongs to yours, so nothing was changed.`,
      ],
      after: [
        "If this was you, log in with this address, or choose a different one for the other account.",
        "If this was not you, there is nothing to do.",
      ],
    }),
    NEW_DEVICE: (service) => ({
      subject: "New login to your account",
      before: [`Somebody logged in to your account at ${service} from a device that is new to us.`],
      after: [IT_WAS_YOU, TAKE_BACK_WITH_PASSKEYS],
    }),
    PASSWORD_CHANGED: (service) => ({
      subject: "Your password was changed",
      before: [`The password of your account at ${service} was changed. All other devices were logged out.`],
      after: [IT_WAS_YOU, TAKE_BACK],
    }),
    PASSWORD_RESET: (service) => ({
      subject: "Your password was reset",
      before: [
        `The password of your account at ${service} was reset through a link in a mail to this address. Every device was logged out.`,
      ],
      after: [
        IT_WAS_YOU,
        "If this was not you, somebody can read your mail: change the password of your mailbox first, then reset the one of this account at once.",
      ],
    }),
    PASSWORD_REMOVED: (service) => ({
      subject: "Your password was removed",
      before: [
        `Your account at ${service} has no password any more. From now on you log in with a passkey. All other devices were logged out.`,
      ],
      after: [IT_WAS_YOU, TAKE_BACK_WITH_PASSKEYS],
    }),
    CODE_REFUSED: (service) => ({
      subject: "A login was stopped",
      before: [
        `Somebody gave the right password of your account at ${service} and a wrong code, from a device that is new to us. They were not let in.`,
      ],
      after: [
        IT_WAS_YOU,
        "If this was not you, somebody knows your password: choose another one at once, here and wherever else you use it.",
      ],
    }),
    TOTP_ENABLED: (service) => ({
      subject: "Two-factor authentication is on",
      before: [
        `Logging in to your account at ${service} with the password takes a code from an authenticator app from now on. Keep the recovery codes in a safe place.`,
      ],
      after: [IT_WAS_YOU, CONTACT(service)],
    }),
    TOTP_DISABLED: (service) => ({
      subject: "Two-factor authentication is off",
      before: [
        `Logging in to your account at ${service} with the password no longer takes a code from an authenticator app. The recovery codes are void.`,
      ],
      after: [IT_WAS_YOU, TAKE_BACK],
    }),
    TOTP_DISABLED_BY_ADMIN: (service) => ({
      subject: "Two-factor authentication is off",
      before: [
        `An administrator of ${service} has turned off two-factor authentication for your account: logging in no longer takes a code from an authenticator app. You can set it up again.`,
      ],
      after: [`If you did not expect this, contact whoever runs ${service}.`],
    }),
    RECOVERY_CODES_REGENERATED: (service) => ({
      subject: "You have new recovery codes",
      before: [`Your account at ${service} was given new recovery codes. The old ones are void.`],
      after: [IT_WAS_YOU, TAKE_BACK],
    }),
    RECOVERY_CODE_USED: (service) => ({
      subject: "A recovery code was used",
      before: [
        `One of the recovery codes of your account at ${service} was used in place of a code from the authenticator app. It cannot be used again.`,
      ],
      after: [
        IT_WAS_YOU,
        "If this was not you, somebody knows your password and has your recovery codes: reset your password at once, which logs out every device, and make new recovery codes.",
      ],
    }),
    PASSKEY_ADDED: (service) => ({
      subject: "A passkey was added",
      before: [`A new passkey can log in to your account at ${service}.`],
      after: [
        IT_WAS_YOU,
        "If this was not you, somebody else has access to your account: remove the passkey and reset your password at once, which logs out every device.",
      ],
    }),
    PASSKEY_REMOVED: (service) => ({
      subject: "A passkey was removed",
      before: [`One of the passkeys of your account at ${service} can no longer log in.`],
      after: [IT_WAS_YOU, TAKE_BACK],
    }),
    EMAIL_CHANGED: (service) => ({
      subject: "Your email address was changed",
      before: [
        `Your account at ${service} has a new email address. Mails about it no longer go to this one.`,
      ],
      after: [IT_WAS_YOU, CONTACT(service)],
    }),
    ACCOUNT_DELETED: (service) => ({
      subject: "Your account was deleted",
      before: [`Your account at ${service} was deleted. It can no longer be used to log in.`],
      after: [
        IT_WAS_YOU,
        `If this was not you, somebody had access to your account: contact whoever runs ${service} at once, and change your password wherever else you use it.`,
      ],
    }),
    ACCOUNT_DELETED_BY_ADMIN: (service) => ({
      subject: "Your account was deleted",
      before: [
        `An administrator of ${service} has deleted your account there. It can no longer be used to log in.`,
      ],
      after: [`If you did not expect this, contact whoever runs ${service}.`],
    }),
  },
};
