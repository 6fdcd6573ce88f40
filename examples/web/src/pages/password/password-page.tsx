import { useQuery } from "@apollo/client/react";
import { useState } from "react";
import { Answered } from "../../app/answered";
import { Page } from "../../app/page";
import { useMutate } from "../../app/use-mutate";
import { textOf } from "../../forms/entered";
import { Form } from "../../forms/form";
import { CurrentPasswordField, NewPasswordField } from "../../forms/password-fields";
import { ChangePasswordDocument, MeDocument } from "../../gql/graphql";
import { SetPassword } from "./set-password";

export function PasswordPage() {
  const query = useQuery(MeDocument);
  const [endedSessions, setEndedSessions] = useState<number | null>(null);
  if (endedSessions !== null) return <PasswordChanged endedSessions={endedSessions} />;
  return (
    <Page title="Password">
      <Answered query={query}>
        {({ me }) =>
          me?.hasPassword ? (
            <ChangePassword onDone={setEndedSessions} />
          ) : (
            me && <SetPassword email={me.email} />
          )
        }
      </Answered>
    </Page>
  );
}

function ChangePassword({ onDone }: { readonly onDone: (endedSessions: number) => void }) {
  const mutate = useMutate();

  async function change(entered: FormData) {
    const input = {
      currentPassword: textOf(entered, "currentPassword"),
      newPassword: textOf(entered, "newPassword"),
    };
    const { changePassword } = await mutate(ChangePasswordDocument, { input });
    if (changePassword.__typename !== "PasswordChanged") return changePassword;
    onDone(changePassword.revokedSessions);
    return null;
  }

  return (
    <div className="card">
      <Form button="Change password" submit={change}>
        <CurrentPasswordField name="currentPassword" label="Current password" />
        <NewPasswordField name="newPassword" label="New password" />
      </Form>
    </div>
  );
}

function PasswordChanged({ endedSessions }: { readonly endedSessions: number }) {
  return (
    <Page title="Your password was changed">
      <div className="card">
        <p>
          {endedSessions === 0
            ? "You were logged in nowhere else."
            : `You were logged out everywhere else (${endedSessions}).`}
        </p>
      </div>
    </Page>
  );
}
