import { useQuery } from "@apollo/client/react";
import { canUsePasskeys } from "../api/passkeys";
import { AddPasskey } from "../app/add-passkey";
import { Answered } from "../app/answered";
import { useAuth } from "../app/auth-context";
import { Page } from "../app/page";
import { PasskeyCard } from "../app/passkey-card";
import { RemovePassword } from "../app/remove-password";
import { PasskeysDocument } from "../gql/graphql";

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
              <ul className="list">
                {me.passkeys.map((passkey) => (
                  <PasskeyCard key={passkey.id} passkey={passkey} />
                ))}
              </ul>
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
