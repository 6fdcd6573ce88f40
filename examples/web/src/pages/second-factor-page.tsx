import { useQuery } from "@apollo/client/react";
import { useState } from "react";
import { Answered } from "../app/answered";
import { Page } from "../app/page";
import { RecoveryCodes } from "../app/recovery-codes";
import { useAnnounce } from "../app/status";
import { TotpSetup } from "../app/totp-setup";
import { useMutate } from "../app/use-mutate";
import { Form } from "../forms/form";
import {
  DisableTotpDocument,
  MeDocument,
  RegenerateRecoveryCodesDocument,
  StartTotpSetupDocument,
  type StartTotpSetupMutation,
} from "../gql/graphql";

type Setup = StartTotpSetupMutation["startTotpSetup"];

export function SecondFactorPage() {
  const query = useQuery(MeDocument);
  const [setup, setSetup] = useState<Setup | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);

  if (codes !== null) return <RecoveryCodes codes={codes} onKept={() => setCodes(null)} />;
  if (setup !== null) {
    return (
      <TotpSetup
        setup={setup}
        onConfirmed={(newCodes) => {
          setSetup(null);
          setCodes(newCodes);
        }}
        onCancelled={() => setSetup(null)}
      />
    );
  }
  return (
    <Page title="Second factor">
      <Answered query={query}>
        {({ me }) =>
          me?.totpEnabled ? (
            <>
              <IsOn codesLeft={me.recoveryCodesLeft} onCodes={setCodes} />
              <StartSetup button="Set up another app" onStarted={setSetup} />
            </>
          ) : (
            <>
              <p>
                A second factor is off. With one, whoever has your password needs your phone, too: a code of
                an authenticator app.
              </p>
              <StartSetup button="Set it up" onStarted={setSetup} />
            </>
          )
        }
      </Answered>
    </Page>
  );
}

interface StartSetupProps {
  readonly button: string;
  readonly onStarted: (setup: Setup) => void;
}

function StartSetup({ button, onStarted }: StartSetupProps) {
  const mutate = useMutate();

  async function start() {
    onStarted((await mutate(StartTotpSetupDocument, {})).startTotpSetup);
    return null;
  }

  return <Form button={button} submit={start} />;
}

interface IsOnProps {
  readonly codesLeft: number;
  readonly onCodes: (codes: readonly string[]) => void;
}

function IsOn({ codesLeft, onCodes }: IsOnProps) {
  const mutate = useMutate();
  const announce = useAnnounce();

  async function regenerate() {
    const { regenerateRecoveryCodes } = await mutate(
      RegenerateRecoveryCodesDocument,
      {},
      { refetchQueries: [MeDocument] },
    );
    onCodes(regenerateRecoveryCodes.codes);
    return null;
  }

  async function disable() {
    await mutate(DisableTotpDocument, {}, { refetchQueries: [MeDocument] });
    announce("The second factor is off.");
    return null;
  }

  return (
    <div className="card">
      <p>
        A second factor is on. You have <strong>{codesLeft}</strong> recovery codes left.
      </p>
      <Form button="Make new recovery codes" look="quiet" submit={regenerate} />
      <Form button="Turn it off" look="danger" submit={disable} />
    </div>
  );
}
