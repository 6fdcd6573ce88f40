import { CombinedGraphQLErrors } from "@apollo/client";
import type { InvalidTokenReason, ProblemFragment } from "../gql/graphql";
import { inWords } from "./wait";

/** What a form shows when it did not work. */
export interface Problem {
  readonly message: string;
  /** What is wrong with single fields. */
  readonly fields: readonly { readonly field: string; readonly message: string }[];
}

const problem = (message: string): Problem => ({ message, fields: [] });

/** What is wrong with a token. Here all that people ever have to do with are those of links in mails. */
const LINKS: Readonly<Partial<Record<InvalidTokenReason, string>>> = {
  MALFORMED: "This link is not complete. Copy all of it from the mail.",
  EXPIRED: "This link is no longer good. Ask for a new one.",
  USED: "This link has been used before.",
  REVOKED: "This link is no longer good. Ask for a new one.",
};

/** Of an expected error. One that is newer than this application has a message, too. */
export function problemOf(refusal: ProblemFragment): Problem {
  if ("fields" in refusal) return { message: refusal.message, fields: refusal.fields };
  if ("reason" in refusal) return problem(LINKS[refusal.reason] ?? refusal.message);
  if ("retryAfter" in refusal) return problem(`Too many attempts. Try again ${inWords(refusal.retryAfter)}.`);
  return problem(refusal.message);
}

/** Of whatever was thrown. */
export function troubleOf(error: unknown): Problem {
  if (CombinedGraphQLErrors.is(error)) return serverTroubleOf(error);
  if (error instanceof DOMException) return problem(browserTroubleOf(error));
  return problem("The server cannot be reached. Check your connection and try again.");
}

function serverTroubleOf({ errors: [error] }: CombinedGraphQLErrors): Problem {
  const { code, errorId, retryAfter } = error?.extensions ?? {};
  if (code === "REAUTHENTICATION_REQUIRED") return problem("Nothing was changed: you did not confirm it.");
  if (typeof retryAfter === "number") {
    return problem(`Too much is going on at once. Try again ${inWords(retryAfter)}.`);
  }
  if (typeof errorId === "string")
    return problem(`Something went wrong on our side (${errorId}). Try again.`);
  return problem(error?.message ?? "Something went wrong on our side. Try again.");
}

/** What the browser throws when it is asked for a passkey (WebAuthn L3 §5.1). */
function browserTroubleOf({ name, message }: DOMException): string {
  if (name === "NotAllowedError") return "No passkey was used. Try again, or go another way.";
  if (name === "InvalidStateError") return "This device has a passkey of your account already.";
  return message;
}
