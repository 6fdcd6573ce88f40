import { GraphQLError } from "graphql";

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
  if (/^GraphQL introspection is not allowed/.test(message))
    return "Introspection is switched off on this server.";
  // The parser is recursive, and how deep it gets is up to the process's stack.
  if (/^Maximum call stack/.test(message)) return "The document is nested too deeply.";
  // The parser's own limit, in the words of the others.
  const [, tokens] = /^Syntax Error: Document contains more \w+ (\d+) tokens/.exec(message) ?? [];
  if (tokens !== undefined) return `The document is too long: ${tokens} tokens are allowed.`;
  // A literal where none may be: of a password whose colon was forgotten, say.
  if (/^Syntax Error: /.test(message)) return message.replace(/\b(String|BlockString) ".*"/s, "a string");
  const described = withoutVariableValue(error, message)
    .replace(/( value): .*$/s, "$1.")
    .replace(/, found .*$/s, ".");
  return options.suggestions ? described : described.replace(/ Did you mean .*\?$/s, "");
}

/** `Variable "$input" got invalid value { … } at "input.name"; <reason>`: the value may contain anything. */
function withoutVariableValue(error: unknown, message: string): string {
  const reason = error instanceof GraphQLError ? error.originalError?.message : undefined;
  const [, variable] = /^(Variable "\$\w+") got invalid value /.exec(message) ?? [];
  if (variable === undefined || reason === undefined || !message.endsWith(`; ${reason}`)) return message;
  const [, place] = / at ("[\w.[\]]+")$/.exec(message.slice(0, -`; ${reason}`.length)) ?? [];
  return `${variable} is invalid${place === undefined ? "" : ` at ${place}`}: ${reason}`;
}
