import { ANONYMOUS, useMutate } from "../app/use-mutate";
import { RequestEmailVerificationDocument } from "../gql/graphql";
import { MailRequest } from "./mail-request";

/** For whoever cannot log in before the address is confirmed, or whose link is no good any more. */
export function ResendVerificationPage() {
  const mutate = useMutate();
  return (
    <MailRequest
      title="Confirm your address"
      button="Send me a new link"
      request={(email) => mutate(RequestEmailVerificationDocument, { email }, ANONYMOUS)}
      requested={(email) => (
        <>
          If there is anything to confirm about <strong>{email}</strong>, a new link is on its way.
        </>
      )}
    />
  );
}
