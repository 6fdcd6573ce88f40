import { useAnnounce } from "../../app/status";
import { useMutate } from "../../app/use-mutate";
import { Form } from "../../forms/form";
import {
  DisableTotpDocument,
  MeDocument,
  RegenerateRecoveryCodesDocument,
  type StartTotpSetupMutation,
} from "../../gql/graphql";
import { StartTotpSetup } from "./start-totp-setup";

interface SecondFactorIsOnProps {
  readonly codesLeft: number;
  readonly onSetup: (setup: StartTotpSetupMutation["startTotpSetup"]) => void;
  readonly onCodes: (recoveryCodes: readonly string[]) => void;
}

const AND_ASK_AGAIN = { refetchQueries: [MeDocument] };

export function SecondFactorIsOn({ codesLeft, onSetup, onCodes }: SecondFactorIsOnProps) {
  const mutate = useMutate();
  const announce = useAnnounce();

  async function regenerate() {
    const { regenerateRecoveryCodes } = await mutate(RegenerateRecoveryCodesDocument, {}, AND_ASK_AGAIN);
    onCodes(regenerateRecoveryCodes.codes);
    return null;
  }

  async function disable() {
    await mutate(DisableTotpDocument, {}, AND_ASK_AGAIN);
    announce("The second factor is off.");
    return null;
  }

  return (
    <div className="card">
      <p>
        It is on. You have <strong>{codesLeft}</strong> recovery codes left.
      </p>
      <div className="actions">
        <Form button="Make new recovery codes" look="quiet" submit={regenerate} />
        <StartTotpSetup button="Set up another app" look="quiet" onStarted={onSetup} />
        <Form button="Turn it off" look="danger" submit={disable} />
      </div>
    </div>
  );
}
