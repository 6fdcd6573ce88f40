import type { Texts } from "./page-texts.js";

const MALFORMED = {
  heading: "This link does not work",
  text: "It may have been cut off or changed on its way. Open it from the email again. If that does not help, ask for a new one.",
} as const;

export const EN: Texts = {
  verifyEmail: {
    heading: "Confirm your email address",
    lead: "Press the button if it was you who gave this address here.",
    button: "Confirm this address",
    success: { heading: "Address confirmed", text: "{email} is confirmed. You can close this page." },
    invalidToken: {
      EXPIRED: {
        heading: "This link has expired",
        text: "Links in emails work for a limited time only. Log in or sign up again to get a new one.",
      },
      USED: {
        heading: "This link was used before",
        text: "If that was you, the address is confirmed: just log in. If not, ask for a new link.",
      },
      REVOKED: {
        heading: "This link is no longer valid",
        text: "A newer one has taken its place, or the address has changed since. Use the link in the latest email, or ask for a new one.",
      },
      MALFORMED,
    },
  },
  resetPassword: {
    heading: "Choose a new password",
    lead: "You will be logged out everywhere, and then log in with the new password.",
    button: "Change password",
    success: {
      heading: "Password changed",
      text: "All sessions were ended. You can now log in with your new password.",
    },
    invalidToken: {
      EXPIRED: {
        heading: "This link has expired",
        text: "For your safety it works for a short time only. Ask for a new one; your password is unchanged.",
      },
      USED: {
        heading: "This link was used before",
        text: "If that was you, log in with your new password. If not, ask for a new link at once and choose another password.",
      },
      REVOKED: {
        heading: "This link is no longer valid",
        text: "A newer one has taken its place, or your account has changed since. Use the link in the latest email, or ask for a new one.",
      },
      MALFORMED,
    },
  },
  newPassword: {
    label: "New password",
    hint: ({ minLength }) => `At least ${minLength} characters. Several words in a row are easy to remember.`,
    show: "Show password",
    faults: ({ minLength, maxLength }) => ({
      REQUIRED: "Enter a password.",
      TOO_SHORT: `This is too short. Use at least ${minLength} characters.`,
      TOO_LONG: `This is too long. Use at most ${maxLength} characters.`,
      COMMON_PASSWORD: "Many people use this password, so it is easy to guess. Choose another.",
      CONTAINS_IDENTITY: "Leave out your address, your username and the name of this product.",
      MALFORMED: "It contains characters that cannot be used. Type it again.",
    }),
  },
  incompleteLink: {
    heading: "This link is incomplete",
    text: "A part of it is missing. Open it from the email again, or copy all of it into the address bar.",
  },
  problems: {
    unreachable: "No answer came. Check your connection and try again.",
    failed: "Something went wrong on our side. Try again in a moment.",
    busy: "Too much is going on here right now. Try again in {wait}.",
  },
  underWay: "One moment …",
  noScript: "This page needs JavaScript. Turn it on for this page, and load it again.",
};
