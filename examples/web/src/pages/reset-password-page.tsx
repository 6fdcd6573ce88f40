import { Link, useLocation, useNavigate } from "react-router";
import { Page } from "../app/page";
import { useLinkToken } from "../app/use-link-token";
import { ANONYMOUS, useMutate } from "../app/use-mutate";
import { textOf } from "../forms/entered";
import { Form } from "../forms/form";
import { NewPasswordField } from "../forms/password-fields";
import { ResetPasswordDocument } from "../gql/graphql";

/** Behind the link of a mail. */
export function ResetPasswordPage() {
  const token = useLinkToken();
  const mutate = useMutate();
  const { pathname, state } = useLocation();
  const navigate = useNavigate();

  async function reset(entered: FormData) {
    const input = { token, newPassword: textOf(entered, "newPassword") };
    const { resetPassword } = await mutate(ResetPasswordDocument, { input }, ANONYMOUS);
    if (resetPassword.__typename !== "PasswordChanged") return resetPassword;
    // Not a state of this component: the session of whoever is logged in has ended, and with it what was on its pages.
    await navigate(pathname, { replace: true, state: { isDone: true } });
    return null;
  }

  if (state?.isDone === true) {
    return (
      <Page title="Password changed">
        <div className="card">
          <p>All sessions were ended.</p>
          <p>
            <Link to="/login">Log in with your new password</Link>
          </p>
        </div>
      </Page>
    );
  }
  return (
    <Page title="Choose a new password">
      <div className="card">
        <p>You will be logged out everywhere, and then log in with the new password.</p>
        <Form button="Change password" submit={reset}>
          <NewPasswordField name="newPassword" label="New password" />
        </Form>
      </div>
      <p>
        The link does not work? <Link to="/forgot-password">Ask for a new one</Link>
      </p>
    </Page>
  );
}
