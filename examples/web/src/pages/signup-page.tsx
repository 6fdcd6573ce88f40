import { useState } from "react";
import { Link } from "react-router";
import { useAuth } from "../app/auth-context";
import { Page } from "../app/page";
import { ANONYMOUS, useMutate } from "../app/use-mutate";
import { EmailField } from "../forms/email-field";
import { textOf, textOrNull } from "../forms/entered";
import { Field } from "../forms/field";
import { Form } from "../forms/form";
import { NewPasswordField } from "../forms/password-fields";
import { SignupDocument } from "../gql/graphql";

export function SignupPage() {
  const { session, tokenDelivery } = useAuth();
  const mutate = useMutate();
  const [mailedTo, setMailedTo] = useState<string | null>(null);

  async function signUp(entered: FormData) {
    const input = {
      email: textOf(entered, "email"),
      password: textOf(entered, "password"),
      username: textOrNull(entered, "username"),
      name: textOrNull(entered, "name"),
      tokenDelivery,
    };
    const { signup } = await mutate(SignupDocument, { input }, ANONYMOUS);
    if (signup.__typename === "AuthPayload") session.begin(signup);
    else if (signup.__typename === "EmailVerificationSent") setMailedTo(signup.email);
    else return signup;
    return null;
  }

  if (mailedTo !== null) return <CheckMail email={mailedTo} />;
  return (
    <Page title="Sign up">
      <div className="card">
        <Form button="Sign up" submit={signUp}>
          <EmailField />
          <NewPasswordField name="password" label="Password" />
          <Field name="username" label="Username (optional)" autoComplete="username" autoCapitalize="none" />
          <Field name="name" label="Full name (optional)" autoComplete="name" />
        </Form>
      </div>
      <p>
        You have an account? <Link to="/login">Log in</Link>
      </p>
    </Page>
  );
}

function CheckMail({ email }: { readonly email: string }) {
  return (
    <Page title="Check your mail">
      <div className="card">
        <p>
          We have sent a link to <strong>{email}</strong>. Follow it to confirm the address, then log in.
        </p>
        <p>
          No mail? <Link to="/resend-verification">Send it again</Link>
        </p>
      </div>
    </Page>
  );
}
