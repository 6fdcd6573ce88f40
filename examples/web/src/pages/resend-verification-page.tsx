import { useState } from "react";
import { Page } from "../app/page";
import { ANONYMOUS, useMutate } from "../app/use-mutate";
import { EmailField } from "../forms/email-field";
import { textOf } from "../forms/entered";
import { Form } from "../forms/form";
import { RequestEmailVerificationDocument } from "../gql/graphql";

/** For whoever cannot log in before the address is confirmed, or whose link is no good any more. */
export function ResendVerificationPage() {
  const mutate = useMutate();
  const [mailedTo, setMailedTo] = useState<string | null>(null);

  async function requestLink(entered: FormData) {
    const email = textOf(entered, "email");
    await mutate(RequestEmailVerificationDocument, { email }, ANONYMOUS);
    setMailedTo(email);
    return null;
  }

  if (mailedTo !== null) {
    return (
      <Page title="Check your mail">
        <p className="card">
          If there is anything to confirm about <strong>{mailedTo}</strong>, a new link is on its way.
        </p>
      </Page>
    );
  }
  return (
    <Page title="Confirm your address">
      <div className="card">
        <Form button="Send me a new link" submit={requestLink}>
          <EmailField />
        </Form>
      </div>
    </Page>
  );
}
