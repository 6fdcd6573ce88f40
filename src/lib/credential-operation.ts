import { Extensions } from "type-graphql";

/** Key of the GraphQL field extension that marks a root field as one that tries a credential. */
export const CREDENTIAL_OPERATION = "credentialOperation";

/**
 * Marks a root field as one that tries a password, a code, a passkey or a token of a mail, or costs as much as a password hash.
 * A request may carry one of them: nobody needs two, and whoever sends hundreds is guessing.
 */
export function CredentialOperation(): MethodDecorator & PropertyDecorator {
  return Extensions({ [CREDENTIAL_OPERATION]: true });
}
