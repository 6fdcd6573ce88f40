import { useState } from "react";
import { Link } from "react-router";
import { Page } from "../app/page";
import { useMutate } from "../app/use-mutate";
import { EmailField } from "../forms/email-field";
import { textOf } from "../forms/entered";
import { Form } from "../forms/form";
import { RequestEmailChangeDocument } from "../gql/graphql";

export function ChangeEmailPage() {
  const mutate = useMutate();
  const [mailedTo, setMailedTo] = useState<string | null>(null);

  async function requestChange(entered: FormData) {
    const newEmail = textOf(entered, "newEmail");
    const { requestEmailChange } = await mutate(RequestEmailChangeDocument, { newEmail });
    if (requestEmailChange.__typename !== "EmailVerificationSent") return requestEmailChange;
    setMailedTo(requestEmailChange.email);
    return null;
  }

  if (mailedTo !== null) {
    return (
      <Page title="Check your mail">
        <div className="card">
          <p>
            We have sent a link to <strong>{mailedTo}</strong>. Your address changes when you follow it.
          </p>
        </div>
        <p>
          <Link to="/">Back to your profile</Link>
        </p>
      </Page>
    );
  }
  return (
    <Page title="Change your address">
      <div className="card">
        <Form button="Send a link to it" submit={requestChange}>
          <EmailField name="newEmail" label="New email address" />
        </Form>
      </div>
    </Page>
  );
}
