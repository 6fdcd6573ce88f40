import { countCodePoints, isStorableText } from "../../lib/text.js";
import { InvalidField, InvalidFieldCode } from "../auth-error/invalid-input.types.js";

const NAME_MAX_LENGTH = 100;

export function checkPasskeyName(name: string): InvalidField | null {
  const complain = (code: InvalidFieldCode, message: string) => new InvalidField("name", code, message);
  if (name.trim() === "") return complain(InvalidFieldCode.REQUIRED, "Enter a name.");
  if (countCodePoints(name) > NAME_MAX_LENGTH) {
    return complain(InvalidFieldCode.TOO_LONG, `Use at most ${NAME_MAX_LENGTH} characters.`);
  }
  if (isStorableText(name)) return null;
  return complain(InvalidFieldCode.MALFORMED, "The name contains control or invalid characters.");
}
