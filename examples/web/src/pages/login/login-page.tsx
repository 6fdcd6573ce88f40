import { useState } from "react";
import { Link } from "react-router";
import { useAuth } from "../../app/auth-context";
import { Page } from "../../app/page";
import { ANONYMOUS, useMutate } from "../../app/use-mutate";
import { CodeField } from "../../forms/code-field";
import { textOf } from "../../forms/entered";
import { Field } from "../../forms/field";
import { Form } from "../../forms/form";
import { CurrentPasswordField } from "../../forms/password-fields";
import { LoginDocument, type LoginInput } from "../../gql/graphql";
import { PasskeyLogin } from "./passkey-login";

type Credentials = Pick<LoginInput, "identifier" | "password">;

export function LoginPage() {
  /** Once the server has found them right and asks for a code, which is sent together with them. */
  const [checked, setChecked] = useState<Credentials | null>(null);
  if (checked !== null) return <CodePage credentials={checked} onBack={() => setChecked(null)} />;
  return <CredentialsPage onCodeRequired={setChecked} />;
}

function useLogin() {
  const { session, tokenDelivery } = useAuth();
  const mutate = useMutate();
  return async function logIn(input: LoginInput) {
    const { login } = await mutate(LoginDocument, { input: { ...input, tokenDelivery } }, ANONYMOUS);
    if (login.__typename !== "AuthPayload") return login;
    session.begin(login);
    return null;
  };
}

function CredentialsPage({ onCodeRequired }: { readonly onCodeRequired: (checked: Credentials) => void }) {
  const { signupEnabled } = useAuth().settings;
  const logIn = useLogin();

  async function submit(entered: FormData) {
    const credentials = {
      identifier: textOf(entered, "identifier"),
      password: textOf(entered, "password"),
    };
    const refusal = await logIn(credentials);
    if (refusal?.__typename !== "MfaRequired") return refusal;
    onCodeRequired(credentials);
    return null;
  }

  return (
    <Page title="Log in">
      <div className="card">
        <Form button="Log in" submit={submit}>
          <Field
            name="identifier"
            label="Email address or username"
            autoComplete="username webauthn"
            autoCapitalize="none"
            spellCheck={false}
            required
          />
          <CurrentPasswordField name="password" label="Password" />
        </Form>
        <PasskeyLogin />
      </div>
      <p>
        <Link to="/forgot-password">Forgot your password?</Link>
      </p>
      {signupEnabled && (
        <p>
          New here? <Link to="/signup">Sign up</Link>
        </p>
      )}
    </Page>
  );
}

interface CodePageProps {
  readonly credentials: Credentials;
  readonly onBack: () => void;
}

function CodePage({ credentials, onBack }: CodePageProps) {
  const logIn = useLogin();
  return (
    <Page title="Enter your code">
      <div className="card">
        <Form button="Log in" submit={(entered) => logIn({ ...credentials, code: textOf(entered, "code") })}>
          <CodeField />
        </Form>
      </div>
      <p>
        <button type="button" className="link" onClick={onBack}>
          Log in as somebody else
        </button>
      </p>
    </Page>
  );
}
