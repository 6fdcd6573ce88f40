import { useAnnounce } from "../../app/status";
import { useMutate } from "../../app/use-mutate";
import { Form } from "../../forms/form";
import { PasskeysDocument, RemovePasswordDocument } from "../../gql/graphql";

/** For whoever has a passkey: what is not there cannot be guessed. */
export function RemovePassword() {
  const mutate = useMutate();
  const announce = useAnnounce();

  async function remove() {
    await mutate(RemovePasswordDocument, {}, { refetchQueries: [PasskeysDocument] });
    announce("Your password was removed: passkeys alone log you in from now on.");
    return null;
  }

  return (
    <section className="card" aria-labelledby="without">
      <h2 id="without">Do without a password</h2>
      <p>Passkeys alone log you in then. A link by mail sets a password again.</p>
      <Form button="Remove my password" look="danger" submit={remove} />
    </section>
  );
}
