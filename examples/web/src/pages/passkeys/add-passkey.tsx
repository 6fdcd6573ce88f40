import { createPasskey } from "../../api/passkeys";
import { useAnnounce } from "../../app/status";
import { useMutate } from "../../app/use-mutate";
import { textOrNull } from "../../forms/entered";
import { Field } from "../../forms/field";
import { Form } from "../../forms/form";
import {
  FinishPasskeyRegistrationDocument,
  PasskeysDocument,
  StartPasskeyRegistrationDocument,
} from "../../gql/graphql";

export function AddPasskey() {
  const mutate = useMutate();
  const announce = useAnnounce();

  async function add(entered: FormData) {
    const { startPasskeyRegistration } = await mutate(StartPasskeyRegistrationDocument, {});
    const { ceremonyId, options } = startPasskeyRegistration;
    const response = await createPasskey(options);
    const input = { ceremonyId, response, name: textOrNull(entered, "name") };
    const { finishPasskeyRegistration } = await mutate(
      FinishPasskeyRegistrationDocument,
      { input },
      { refetchQueries: [PasskeysDocument] },
    );
    if (finishPasskeyRegistration.__typename !== "Passkey") return finishPasskeyRegistration;
    announce(`The passkey was added: ${finishPasskeyRegistration.name}.`);
    return null;
  }

  return (
    <section className="card" aria-labelledby="add">
      <h2 id="add">Add a passkey</h2>
      <Form button="Add a passkey" submit={add}>
        <Field name="name" label="Name (optional)" hint="Such as: this laptop." autoComplete="off" />
      </Form>
    </section>
  );
}
