import { useQuery } from "@apollo/client/react";
import { canUsePasskeys } from "../../api/passkeys";
import { Answered } from "../../app/answered";
import { useAuth } from "../../app/auth-context";
import { Page } from "../../app/page";
import { PasskeysDocument } from "../../gql/graphql";
import { AddPasskey } from "./add-passkey";
import { PasskeyLine } from "./passkey-line";
import { RemovePassword } from "./remove-password";

export function PasskeysPage() {
  const { passkeysEnabled } = useAuth().settings;
  const query = useQuery(PasskeysDocument);
  return (
    <Page title="Passkeys">
      <p>A passkey logs you in by your fingerprint, face or screen lock, without a password.</p>
      <Answered query={query}>
        {({ me }) =>
          me && (
            <>
              {me.passkeys.length > 0 && (
                <ul className="card list">
                  {me.passkeys.map((passkey) => (
                    <PasskeyLine key={passkey.id} passkey={passkey} />
                  ))}
                </ul>
              )}
              {passkeysEnabled && canUsePasskeys() ? (
                <AddPasskey key={me.passkeys.length} />
              ) : (
                <p>None can be added here: this server or this browser does not have them.</p>
              )}
              {me.hasPassword && me.passkeys.length > 0 && <RemovePassword />}
            </>
          )
        }
      </Answered>
    </Page>
  );
}
