import { useState } from "react";
import { Link } from "react-router";
import { Page } from "../app/page";
import { ANONYMOUS, useMutate } from "../app/use-mutate";
import { EmailField } from "../forms/email-field";
import { textOf } from "../forms/entered";
import { Form } from "../forms/form";
import { RequestPasswordResetDocument } from "../gql/graphql";

export function ForgotPasswordPage() {
  const mutate = useMutate();
  const [mailedTo, setMailedTo] = useState<string | null>(null);

  async function requestReset(entered: FormData) {
    const email = textOf(entered, "email");
    await mutate(RequestPasswordResetDocument, { email }, ANONYMOUS);
    setMailedTo(email);
    return null;
  }

  if (mailedTo !== null) {
    return (
      <Page title="Check your mail">
        <p className="card">
          If <strong>{mailedTo}</strong> has an account, a link to choose a new password is on its way. It is
          good for an hour.
        </p>
        <p>
          <Link to="/login">Back to the login</Link>
        </p>
      </Page>
    );
  }
  return (
    <Page title="Forgot your password?">
      <div className="card">
        <Form button="Send me a link" submit={requestReset}>
          <EmailField />
        </Form>
      </div>
      <p>
        <Link to="/login">Back to the login</Link>
      </p>
    </Page>
  );
}
