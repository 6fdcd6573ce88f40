import { countCodePoints, isStorableText } from "../../lib/text.js";
import { isUsernameWellFormed, USERNAME_MAX_LENGTH, USERNAME_MIN_LENGTH } from "../../lib/username.js";
import { InvalidField, InvalidFieldCode } from "../auth-error/invalid-input.types.js";
import type { UpdateProfileInput } from "./profile.inputs.js";

const NAME_MAX_LENGTH = 200;
const GENDER_MAX_LENGTH = 100;
const PICTURE_MAX_LENGTH = 2048;
const PHONE_NUMBER_MAX_LENGTH = 32;
/** What RFC 5646 §4.4.1 has room for. */
const LOCALE_MAX_LENGTH = 35;

/** White space, and what leads out of an attribute or is read as "/" by some: the URL parser repairs or keeps them all. */
const UNFIT_FOR_URL = /[\s\p{Cc}\p{Cf}\p{Cs}"<>\\]/u;

/** E.164 has 15 digits at most; what follows may be an extension (RFC 3966 §5.3), as OIDC advises. */
const PHONE_NUMBER = /^\+?\(?[0-9](?:[ ()./-]*[0-9]){2,14}(?:;ext=[0-9]+)?$/;

type Check = (text: string) => InvalidField | null;

const CHECKS: Readonly<Record<keyof UpdateProfileInput, Check>> = {
  username: checkUsername,
  name: checkName,
  picture: checkPicture,
  phoneNumber: checkPhoneNumber,
  gender: checkGender,
  locale: checkLocale,
};

/** All that may be changed, whatever else an object holds. */
export const PROFILE_FIELDS = Object.keys(CHECKS) as readonly (keyof UpdateProfileInput)[];

/** Checks the whole form, so that a person learns everything that is wrong with it at once. */
export function checkProfile(input: UpdateProfileInput): readonly InvalidField[] {
  return PROFILE_FIELDS.map((field) => {
    const text = input[field] ?? null;
    return text === null ? null : CHECKS[field](text);
  }).filter((fault) => fault !== null);
}

export function checkUsername(username: string): InvalidField | null {
  const complain = (code: InvalidFieldCode, message: string) => new InvalidField("username", code, message);
  if (username === "") return complain(InvalidFieldCode.REQUIRED, "Enter a username, or leave it out.");
  if (username.length < USERNAME_MIN_LENGTH) {
    return complain(InvalidFieldCode.TOO_SHORT, `Use at least ${USERNAME_MIN_LENGTH} characters.`);
  }
  if (username.length > USERNAME_MAX_LENGTH) return tooLong("username", USERNAME_MAX_LENGTH);
  if (!isUsernameWellFormed(username)) {
    return complain(
      InvalidFieldCode.MALFORMED,
      "Use letters, digits, and dots, hyphens or underscores between them.",
    );
  }
  return null;
}

export function usernameTaken(): InvalidField {
  return new InvalidField("username", InvalidFieldCode.TAKEN, "This username is taken.");
}

export function checkName(name: string): InvalidField | null {
  if (countCodePoints(name) > NAME_MAX_LENGTH) return tooLong("name", NAME_MAX_LENGTH);
  if (isStorableText(name)) return null;
  return malformed("name", "The name contains control or invalid characters.");
}

function checkPicture(picture: string): InvalidField | null {
  if (picture === "") return empty("picture", "Enter the URL of a picture, or none at all.");
  if (countCodePoints(picture) > PICTURE_MAX_LENGTH) return tooLong("picture", PICTURE_MAX_LENGTH);
  // The parser alone would take "https:example.org" and "javascript:", and whatever a browser repairs.
  const url = /^https?:\/\/[^/]/i.test(picture) && !UNFIT_FOR_URL.test(picture) ? URL.parse(picture) : null;
  if (url === null) return malformed("picture", "Use a URL such as https://example.org/me.png.");
  // Everybody who sees the profile would see them.
  if (url.username === "" && url.password === "") return null;
  return malformed("picture", "Leave the user name and password out of the URL.");
}

function checkPhoneNumber(phoneNumber: string): InvalidField | null {
  if (phoneNumber === "") return empty("phoneNumber", "Enter a telephone number, or none at all.");
  if (countCodePoints(phoneNumber) > PHONE_NUMBER_MAX_LENGTH) {
    return tooLong("phoneNumber", PHONE_NUMBER_MAX_LENGTH);
  }
  if (PHONE_NUMBER.test(phoneNumber)) return null;
  return malformed("phoneNumber", "Use a telephone number such as +49 30 1234567.");
}

function checkGender(gender: string): InvalidField | null {
  if (countCodePoints(gender) > GENDER_MAX_LENGTH) return tooLong("gender", GENDER_MAX_LENGTH);
  if (isStorableText(gender)) return null;
  return malformed("gender", "The gender contains control or invalid characters.");
}

function checkLocale(locale: string): InvalidField | null {
  if (locale === "") return empty("locale", "Enter a language tag, or none at all.");
  if (countCodePoints(locale) > LOCALE_MAX_LENGTH) return tooLong("locale", LOCALE_MAX_LENGTH);
  if (isLanguageTag(locale)) return null;
  return malformed("locale", "Use a language tag such as en or pt-BR.");
}

function isLanguageTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

const empty = (field: string, message: string) => new InvalidField(field, InvalidFieldCode.REQUIRED, message);

const malformed = (field: string, message: string) =>
  new InvalidField(field, InvalidFieldCode.MALFORMED, message);

const tooLong = (field: string, maxLength: number) =>
  new InvalidField(field, InvalidFieldCode.TOO_LONG, `Use at most ${maxLength} characters.`);
