import { Page } from "../../app/page";
import { useMutate } from "../../app/use-mutate";
import { TotpCodeField } from "../../forms/code-field";
import { textOf } from "../../forms/entered";
import { Form } from "../../forms/form";
import { ConfirmTotpSetupDocument, MeDocument, type StartTotpSetupMutation } from "../../gql/graphql";

interface TotpSetupProps {
  readonly setup: StartTotpSetupMutation["startTotpSetup"];
  readonly onConfirmed: (recoveryCodes: readonly string[]) => void;
  readonly onLeft: () => void;
}

/** Nothing is on before a first code has shown that the app has the secret. */
export function TotpSetup({ setup, onConfirmed, onLeft }: TotpSetupProps) {
  const mutate = useMutate();

  async function confirm(entered: FormData) {
    const variables = { code: textOf(entered, "code") };
    const { confirmTotpSetup } = await mutate(ConfirmTotpSetupDocument, variables, {
      refetchQueries: [MeDocument],
    });
    if (confirmTotpSetup.__typename !== "RecoveryCodes") return confirmTotpSetup;
    onConfirmed(confirmTotpSetup.codes);
    return null;
  }

  return (
    <Page title="Set up your authenticator app">
      <div className="card">
        <p>Scan this with the app, or type the key into it.</p>
        <img
          className="qr-code"
          src={setup.qrCode}
          alt="QR code with the key below"
          width="240"
          height="240"
        />
        <p>
          Key: <code>{setup.secret}</code>
        </p>
        <p>
          <a href={setup.uri}>Open the app on this device</a>
        </p>
        <Form button="Turn it on" submit={confirm}>
          <TotpCodeField />
        </Form>
      </div>
      <p>
        <button type="button" className="link" onClick={onLeft}>
          Leave it off
        </button>
      </p>
    </Page>
  );
}
