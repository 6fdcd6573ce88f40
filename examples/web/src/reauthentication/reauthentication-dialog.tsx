import { useQuery } from "@apollo/client/react";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Answered } from "../app/answered";
import { useMutate } from "../app/use-mutate";
import { CodeField } from "../forms/code-field";
import { textOf } from "../forms/entered";
import { Form } from "../forms/form";
import { CurrentPasswordField } from "../forms/password-fields";
import { PasskeysDocument, ReauthenticateDocument, type ReauthenticateInput } from "../gql/graphql";
import { PasskeyReauthentication } from "./passkey-reauthentication";
import { useReauthentication } from "./reauthentication-context";

/** Opens wherever an operation needs a recent login; with the right answer that operation goes on by itself. */
export function ReauthenticationDialog() {
  const reauthentication = useReauthentication();
  const isAsked = useSyncExternalStore(reauthentication.subscribe, reauthentication.isAsked);
  return isAsked && <Dialog />;
}

function Dialog() {
  const { answer } = useReauthentication();
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    const { current } = dialog;
    current?.showModal();
    // Closing gives the focus back to where it was.
    return () => current?.close();
  }, []);

  return (
    <dialog ref={dialog} aria-labelledby="reauthentication" onCancel={() => answer(false)}>
      <h2 id="reauthentication">Is it you?</h2>
      <p>Your login was a while ago. Confirm it to go on.</p>
      <Ways />
      <button type="button" className="link" onClick={() => answer(false)}>
        Cancel
      </button>
    </dialog>
  );
}

/** What the account has to confirm it with. */
function Ways() {
  const query = useQuery(PasskeysDocument);
  return (
    <Answered query={query}>
      {({ me }) => (
        <>
          {me?.hasPassword && <ByPassword />}
          {me && me.passkeys.length > 0 && <PasskeyReauthentication />}
        </>
      )}
    </Answered>
  );
}

function ByPassword() {
  const reauthentication = useReauthentication();
  const mutate = useMutate();
  /** Once the server has found it right and asks for a code, which is sent together with it. */
  const [password, setPassword] = useState<string | null>(null);
  const codeForm = useRef<HTMLDivElement>(null);

  // The button that had the focus is gone with its form.
  useEffect(() => {
    if (password !== null) codeForm.current?.querySelector("input")?.focus();
  }, [password]);

  async function confirm(input: ReauthenticateInput) {
    const { reauthenticate } = await mutate(ReauthenticateDocument, { input });
    if (reauthenticate.__typename === "Session") reauthentication.answer(true);
    else if (reauthenticate.__typename === "MfaRequired") setPassword(input.password ?? "");
    else return reauthenticate;
    return null;
  }

  if (password !== null) {
    return (
      <div ref={codeForm}>
        <Form button="Confirm" submit={(entered) => confirm({ password, code: textOf(entered, "code") })}>
          <CodeField />
        </Form>
      </div>
    );
  }
  return (
    <Form button="Confirm" submit={(entered) => confirm({ password: textOf(entered, "password") })}>
      <CurrentPasswordField name="password" label="Password" />
    </Form>
  );
}
