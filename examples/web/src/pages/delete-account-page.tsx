import { useNavigate } from "react-router";
import { useAuth } from "../app/auth-context";
import { Page } from "../app/page";
import { useMutate } from "../app/use-mutate";
import { Field } from "../forms/field";
import { Form } from "../forms/form";
import { DeleteAccountDocument } from "../gql/graphql";

export function DeleteAccountPage() {
  const { session } = useAuth();
  const mutate = useMutate();
  const navigate = useNavigate();

  async function deleteAccount() {
    await mutate(DeleteAccountDocument, {});
    await navigate("/account-deleted");
    await session.logout();
    return null;
  }

  return (
    <Page title="Delete your account">
      <div className="card">
        <p>It is gone at once and for good, with everything that belongs to it.</p>
        <Form button="Delete my account" look="danger" submit={deleteAccount}>
          <Field name="understood" type="checkbox" label="I know that nothing can be brought back" required />
        </Form>
      </div>
    </Page>
  );
}
