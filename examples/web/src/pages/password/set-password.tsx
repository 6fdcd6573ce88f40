import { useAnnounce } from "../../app/status";
import { useMutate } from "../../app/use-mutate";
import { Form } from "../../forms/form";
import { RequestPasswordResetDocument } from "../../gql/graphql";

/** For an account that passkeys alone log in to. */
export function SetPassword({ email }: { readonly email: string }) {
  const mutate = useMutate();
  const announce = useAnnounce();

  async function requestLink() {
    await mutate(RequestPasswordResetDocument, { email });
    announce(`A mail with a link is on its way to ${email}.`);
    return null;
  }

  return (
    <div className="card">
      <p>Your account has no password: you log in with a passkey.</p>
      <Form button="Send me a link to set one" look="quiet" submit={requestLink} />
    </div>
  );
}
