import { useQuery } from "@apollo/client/react";
import { useState } from "react";
import { Answered } from "../../app/answered";
import { Page } from "../../app/page";
import { MeDocument, type StartTotpSetupMutation } from "../../gql/graphql";
import { RecoveryCodes } from "./recovery-codes";
import { SecondFactorIsOn } from "./second-factor-is-on";
import { StartTotpSetup } from "./start-totp-setup";
import { TotpSetup } from "./totp-setup";

export function SecondFactorPage() {
  const query = useQuery(MeDocument);
  const [setup, setSetup] = useState<StartTotpSetupMutation["startTotpSetup"] | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);

  function showCodes(recoveryCodes: readonly string[]) {
    setSetup(null);
    setCodes(recoveryCodes);
  }

  if (codes !== null) return <RecoveryCodes codes={codes} onKept={() => setCodes(null)} />;
  if (setup !== null)
    return <TotpSetup setup={setup} onConfirmed={showCodes} onLeft={() => setSetup(null)} />;
  return (
    <Page title="Second factor">
      <Answered query={query}>
        {({ me }) =>
          me?.totpEnabled ? (
            <SecondFactorIsOn codesLeft={me.recoveryCodesLeft} onSetup={setSetup} onCodes={showCodes} />
          ) : (
            <div className="card">
              <p>
                It is off. With a second factor, whoever has your password needs your phone, too: for a code
                that an authenticator app shows.
              </p>
              <StartTotpSetup button="Set it up" onStarted={setSetup} />
            </div>
          )
        }
      </Answered>
    </Page>
  );
}
