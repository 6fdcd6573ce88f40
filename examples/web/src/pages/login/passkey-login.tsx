import { askForPasskey, canUsePasskeys } from "../../api/passkeys";
import { useAuth } from "../../app/auth-context";
import { ANONYMOUS, useMutate } from "../../app/use-mutate";
import { Form } from "../../forms/form";
import { FinishPasskeyLoginDocument, StartPasskeyLoginDocument } from "../../gql/graphql";

/** Logs in with a passkey, where the server and the browser have them. */
export function PasskeyLogin() {
  const { session, settings, tokenDelivery } = useAuth();
  const mutate = useMutate();
  if (!settings.passkeysEnabled || !canUsePasskeys()) return null;

  async function logIn() {
    const { startPasskeyLogin } = await mutate(StartPasskeyLoginDocument, {}, ANONYMOUS);
    const { ceremonyId, options } = startPasskeyLogin;
    const response = await askForPasskey(options);
    const input = { ceremonyId, response, tokenDelivery };
    const { finishPasskeyLogin } = await mutate(FinishPasskeyLoginDocument, { input }, ANONYMOUS);
    if (finishPasskeyLogin.__typename !== "AuthPayload") return finishPasskeyLogin;
    session.begin(finishPasskeyLogin);
    return null;
  }

  return <Form button="Log in with a passkey" look="quiet" submit={logIn} />;
}
