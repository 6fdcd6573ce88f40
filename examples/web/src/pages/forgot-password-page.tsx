import { Link } from "react-router";
import { ANONYMOUS, useMutate } from "../app/use-mutate";
import { RequestPasswordResetDocument } from "../gql/graphql";
import { MailRequest } from "./mail-request";

export function ForgotPasswordPage() {
  const mutate = useMutate();
  return (
    <MailRequest
      title="Forgot your password?"
      button="Send me a link"
      request={(email) => mutate(RequestPasswordResetDocument, { email }, ANONYMOUS)}
      requested={(email) => (
        <>
          If <strong>{email}</strong> has an account, a link to choose a new password is on its way. It is
          good for an hour.
        </>
      )}
    >
      <p>
        <Link to="/login">Back to the login</Link>
      </p>
    </MailRequest>
  );
}
