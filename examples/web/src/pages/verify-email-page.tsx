import { useState } from "react";
import { Link } from "react-router";
import { useAuthState } from "../app/auth-context";
import { Page } from "../app/page";
import { useLinkToken } from "../app/use-link-token";
import { ANONYMOUS, useMutate } from "../app/use-mutate";
import { Form } from "../forms/form";
import { VerifyEmailDocument } from "../gql/graphql";

/** Behind the link of a mail. The button spends it, and not opening the page: mail scanners open links. */
export function VerifyEmailPage() {
  const token = useLinkToken();
  const mutate = useMutate();
  const [verified, setVerified] = useState<string | null>(null);

  async function verify() {
    const { verifyEmail } = await mutate(VerifyEmailDocument, { token }, ANONYMOUS);
    if (verifyEmail.__typename !== "EmailVerified") return verifyEmail;
    setVerified(verifyEmail.email);
    return null;
  }

  if (verified !== null) return <Verified email={verified} />;
  return (
    <Page title="Confirm your address">
      <div className="card">
        <p>Press the button to confirm that you receive mail at your address.</p>
        <Form button="Confirm my address" submit={verify} />
      </div>
      <p>
        The link does not work? <Link to="/resend-verification">Ask for a new one</Link>
      </p>
    </Page>
  );
}

function Verified({ email }: { readonly email: string }) {
  const { status } = useAuthState();
  return (
    <Page title="Address confirmed">
      <div className="card">
        <p>
          <strong>{email}</strong> is confirmed.
        </p>
        <p>
          {status === "signed-in" ? <Link to="/">Go to your profile</Link> : <Link to="/login">Log in</Link>}
        </p>
      </div>
    </Page>
  );
}
