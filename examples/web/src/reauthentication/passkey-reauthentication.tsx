import { askForPasskey, canUsePasskeys } from "../api/passkeys";
import { useAuth } from "../app/auth-context";
import { useMutate } from "../app/use-mutate";
import { Form } from "../forms/form";
import { ReauthenticateDocument, StartPasskeyReauthenticationDocument } from "../gql/graphql";
import { useReauthentication } from "./reauthentication-context";

/** Confirms who is there with a passkey of the account. */
export function PasskeyReauthentication() {
  const { settings } = useAuth();
  const reauthentication = useReauthentication();
  const mutate = useMutate();
  if (!settings.passkeysEnabled || !canUsePasskeys()) return null;

  async function confirm() {
    const { startPasskeyReauthentication } = await mutate(StartPasskeyReauthenticationDocument, {});
    const { ceremonyId, options } = startPasskeyReauthentication;
    const passkey = { ceremonyId, response: await askForPasskey(options) };
    const { reauthenticate } = await mutate(ReauthenticateDocument, { input: { passkey } });
    if (reauthenticate.__typename !== "Session") return reauthenticate;
    reauthentication.answer(true);
    return null;
  }

  return <Form button="Confirm with a passkey" look="quiet" submit={confirm} />;
}
