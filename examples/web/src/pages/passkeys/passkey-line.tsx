import { useAnnounce } from "../../app/status";
import { Time } from "../../app/time";
import { useMutate } from "../../app/use-mutate";
import { textOf } from "../../forms/entered";
import { Field } from "../../forms/field";
import { Form } from "../../forms/form";
import {
  type PasskeyLineFragment,
  PasskeysDocument,
  RemovePasskeyDocument,
  RenamePasskeyDocument,
} from "../../gql/graphql";

const AND_LIST_AGAIN = { refetchQueries: [PasskeysDocument] };

export function PasskeyLine({ passkey }: { readonly passkey: PasskeyLineFragment }) {
  const { id, name, createdAt, lastUsedAt } = passkey;
  const mutate = useMutate();
  const announce = useAnnounce();

  async function rename(entered: FormData) {
    await mutate(RenamePasskeyDocument, { id, name: textOf(entered, "name") }, AND_LIST_AGAIN);
    announce("The passkey was renamed.");
    return null;
  }

  async function remove() {
    await mutate(RemovePasskeyDocument, { id }, AND_LIST_AGAIN);
    announce(`The passkey was removed: ${name}.`);
    return null;
  }

  return (
    <li>
      <h2>{name}</h2>
      <p className="hint">
        Added <Time at={createdAt} />, {lastUsedAt === null ? "never used" : <UsedAt at={lastUsedAt} />}
      </p>
      <details>
        <summary>Rename</summary>
        <Form button="Rename" look="quiet" submit={rename}>
          <Field name="name" label="Name" defaultValue={name} autoComplete="off" required />
        </Form>
      </details>
      <Form button="Remove" look="danger" submit={remove} />
    </li>
  );
}

const UsedAt = ({ at }: { readonly at: string }) => (
  <>
    last used <Time at={at} />
  </>
);
