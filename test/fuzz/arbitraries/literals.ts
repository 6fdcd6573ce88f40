import {
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from "graphql";
import type { Choices } from "./choices.js";
import { chooseCredential } from "./credentials.js";
import { chooseJson } from "./json.js";
import { chooseText } from "./texts.js";

/** An enum value, apart from strings: in a document it stands without quotes. */
class EnumName {
  constructor(readonly name: string) {}
  toJSON(): string {
    return this.name;
  }
}

/**
 * A value for an input of that type; one of another type once in a while.
 *
 * @param name of the argument or field, which tells an address from a password
 */
export function chooseInput(choices: Choices, type: GraphQLInputType, name: string): unknown {
  if (choices.once(40)) return chooseJson(choices);
  if (isNonNullType(type)) return chooseInput(choices, type.ofType, name);
  if (choices.once(15)) return null;
  if (isListType(type))
    return Array.from({ length: choices.below(3) }, () => chooseInput(choices, type.ofType, name));
  if (isEnumType(type)) return new EnumName(choices.oneOf(type.getValues()).name);
  if (!isInputObjectType(type)) return chooseScalar(choices, type.name, name);
  const fields = Object.values(type.getFields()).filter(
    (field) => isRequiredInputField(field) || field.name === "password" || choices.once(3),
  );
  const entries = fields.map((field) => [field.name, chooseInput(choices, field.type, field.name)]);
  if (choices.once(30)) entries.push([choices.oneOf(["role", "id", "__proto__", "status"]), "ADMIN"]);
  return Object.fromEntries(entries);
}

function chooseScalar(choices: Choices, type: string, name: string): unknown {
  if (type === "Boolean") return choices.oneOf([true, false]);
  if (type === "JSON") return chooseCredential(choices);
  if (type === "Int") return choices.oneOf([0, 1, -1, 2 ** 31]);
  return chooseText(choices, name);
}

/** As it is written in a document. */
export function printLiteral(choices: Choices, value: unknown): string {
  if (value instanceof EnumName) return value.name;
  if (typeof value === "string") return choices.once(8) ? printBlockString(value) : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => printLiteral(choices, item)).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const fields = Object.entries(value).map(([name, field]) => `${name}: ${printLiteral(choices, field)}`);
  return `{ ${fields.join(", ")} }`;
}

const printBlockString = (text: string): string => `"""${text.replaceAll('"""', '\\"""')}"""`;
