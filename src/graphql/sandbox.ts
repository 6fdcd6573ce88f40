import { existsSync, readFileSync } from "node:fs";
import type { ApolloServerPluginLandingPageLocalDefaultOptions } from "@apollo/server/plugin/landingPage/default";

/** In a checkout. An image has none, and Sandbox then begins with an example of its own. */
const EXAMPLES = new URL("../../../examples/operations/", import.meta.url);

/** What Sandbox begins with, in this order. */
const FILES = [
  "login",
  "account",
  "sessions",
  "security-events",
  "password",
  "email",
  "second-factor",
  "passkeys",
  "administration",
  "fragments",
].map((name) => `${name}.graphql`);

/** Apollo Sandbox with the operations of examples/, if they are there, and the variables of the first one that has any. */
export function sandboxOptions(examples = EXAMPLES): ApolloServerPluginLandingPageLocalDefaultOptions {
  const document = readDocument(examples);
  const variables = { input: { email: "ada@example.org", password: "correct horse battery" } };
  return {
    // Those of our own page: without them no browser is known again, and cookie delivery could not be tried.
    includeCookies: true,
    ...(document !== "" && { document, variables }),
  };
}

/**
 * A line for each operation, to choose from and to unfold with "Prettify": Sandbox's frame gets the text in its address, of
 * which no more than 8,000 characters are sure to arrive (RFC 9110 §4.1). Made without a parser: a start has better things to do.
 */
function readDocument(examples: URL): string {
  const files = FILES.map((file) => new URL(file, examples)).filter((file) => existsSync(file));
  const text = files.map((file) => readFileSync(file, "utf8")).join("\n");
  return (
    text
      .replaceAll(/^ *#.*\n/gm, "")
      .replaceAll(/\n(?: +|(?=\}))/g, " ")
      .replaceAll(/\n+/g, "\n")
      // Apollo Server writes it into a script of the page, and of all "<" escapes the first: "</script>" would end that.
      .replaceAll("<", "\\u003c")
  );
}
