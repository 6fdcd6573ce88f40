import { askForPasskey, canUsePasskeys, type PasskeyRequest } from "../../api/passkeys";
import { useAuth } from "../../app/auth-context";
import { ANONYMOUS, useMutate } from "../../app/use-mutate";
import { Form } from "../../forms/form";
import { FinishPasskeyLoginDocument, StartPasskeyLoginDocument } from "../../gql/graphql";
import { usePasskeyAutofill } from "./passkey-autofill";

/** Logs in with a passkey, where the server and the browser have them. */
export function PasskeyLogin() {
  const { passkeysEnabled } = useAuth().settings;
  return passkeysEnabled && canUsePasskeys() && <Offer />;
}

function Offer() {
  const { session, tokenDelivery } = useAuth();
  const mutate = useMutate();

  async function logIn(request?: PasskeyRequest) {
    const { startPasskeyLogin } = await mutate(StartPasskeyLoginDocument, {}, ANONYMOUS);
    const { ceremonyId, options } = startPasskeyLogin;
    const response = await askForPasskey(options, request);
    const input = { ceremonyId, response, tokenDelivery };
    const { finishPasskeyLogin } = await mutate(FinishPasskeyLoginDocument, { input }, ANONYMOUS);
    if (finishPasskeyLogin.__typename !== "AuthPayload") return finishPasskeyLogin;
    session.begin(finishPasskeyLogin);
    return null;
  }

  usePasskeyAutofill(logIn);
  return <Form button="Log in with a passkey" look="quiet" submit={() => logIn()} />;
}
