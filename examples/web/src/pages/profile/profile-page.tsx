import { useQuery } from "@apollo/client/react";
import { Link } from "react-router";
import { Answered } from "../../app/answered";
import { Page } from "../../app/page";
import { useAnnounce } from "../../app/status";
import { Time } from "../../app/time";
import { useMutate } from "../../app/use-mutate";
import { Form } from "../../forms/form";
import { type AccountFragment, MeDocument, RequestEmailVerificationDocument } from "../../gql/graphql";
import { ProfileForm } from "./profile-form";

export function ProfilePage() {
  const query = useQuery(MeDocument);
  return (
    <Page title="Profile">
      <Answered query={query}>
        {({ me }) =>
          me && (
            <>
              <AccountCard account={me} />
              <ProfileForm account={me} />
              <p>
                <Link to="/delete-account">Delete your account</Link>
              </p>
            </>
          )
        }
      </Answered>
    </Page>
  );
}

function AccountCard({ account }: { readonly account: AccountFragment }) {
  return (
    <section className="card" aria-labelledby="account">
      <h2 id="account">Account</h2>
      <dl>
        <dt>Email address</dt>
        <dd>
          {account.email} {account.emailVerified ? "(confirmed)" : "(not confirmed)"}
        </dd>
        <dt>Member since</dt>
        <dd>
          <Time at={account.createdAt} />
        </dd>
        <dt>Last login</dt>
        <dd>{account.lastLoginAt === null ? "–" : <Time at={account.lastLoginAt} />}</dd>
      </dl>
      {!account.emailVerified && <ResendVerification email={account.email} />}
      <p>
        <Link to="/change-email">Change your address</Link>
      </p>
    </section>
  );
}

function ResendVerification({ email }: { readonly email: string }) {
  const mutate = useMutate();
  const announce = useAnnounce();

  async function resend() {
    await mutate(RequestEmailVerificationDocument, { email });
    announce(`A mail with a link is on its way to ${email}.`);
    return null;
  }

  return <Form button="Send me a link to confirm it" look="quiet" submit={resend} />;
}
