import { GraphQLError } from "graphql";

/** Names that a client has made up come back to it, but not thousands of characters of them. */
const MAX_MESSAGE_LENGTH = 500;

/**
 * The message of a fault in a request, less what it should not repeat.
 *
 * graphql-js prints the offending value into it: a mistyped field beside a password would carry the password into
 * the error tracker of whoever wrote the client. And validation holds its suggestions back where it is told to, but
 * the coercion of variables does not.
 */
export function describeClientError(
  error: unknown,
  message: string,
  options: { suggestions: boolean },
): string {
  const told = describe(error, message, options);
  return told.length > MAX_MESSAGE_LENGTH ? `${told.slice(0, MAX_MESSAGE_LENGTH)}…` : told;
}

function describe(error: unknown, message: string, options: { suggestions: boolean }): string {
  if (/^GraphQL introspection is not allowed/.test(message))
    return "Introspection is switched off on this server.";
  // A literal where none may be: of a password or a code whose colon was forgotten, say.
  if (/^Syntax Error: /.test(message)) {
    return message
      .replace(/\b(String|BlockString) ".*"/s, "a string")
      .replace(/\b(Int|Float) ".*"/, "a number");
  }
  const described = withoutVariableValue(error, message)
    .replace(/( value): .*$/s, "$1.")
    .replace(/, found .*$/s, ".");
  return options.suggestions ? described : withoutSuggestion(described);
}

/** Not by a regular expression: a name of the client's own may consist of beginnings of suggestions. */
function withoutSuggestion(message: string): string {
  const start = message.indexOf(" Did you mean ");
  return start !== -1 && message.endsWith("?") ? message.slice(0, start) : message;
}

/** `Variable "$input" got invalid value { … } at "input.name"; <reason>`: the value may contain anything. */
function withoutVariableValue(error: unknown, message: string): string {
  const reason = error instanceof GraphQLError ? error.originalError?.message : undefined;
  const [, variable] = /^(Variable "\$\w+") got invalid value /.exec(message) ?? [];
  if (variable === undefined || reason === undefined || !message.endsWith(`; ${reason}`)) return message;
  const [, place] = / at ("[\w.[\]]+")$/.exec(message.slice(0, -`; ${reason}`.length)) ?? [];
  const told = reason.replace(/^Value ".*" does not exist in/s, "The value does not exist in");
  return `${variable} is invalid${place === undefined ? "" : ` at ${place}`}: ${told}`;
}
