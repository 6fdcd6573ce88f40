/** False where the browser is too old, or the page is not served by `https:` or from localhost. */
export const canUsePasskeys = (): boolean =>
  globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON !== undefined;

/** Whether the browser offers passkeys among what it fills into fields. */
export const canAutofillPasskeys = async (): Promise<boolean> =>
  canUsePasskeys() && (await PublicKeyCredential.isConditionalMediationAvailable?.()) === true;

/** How the browser is asked: at once, or among what it fills into fields, until there is a signal. */
export type PasskeyRequest = Pick<CredentialRequestOptions, "mediation" | "signal">;

/** Has the browser make a passkey, and returns what `finishPasskeyRegistration` takes. Throws a DOMException. */
export async function createPasskey(options: unknown): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(forBrowser(options));
  return toJson(await navigator.credentials.create({ publicKey, signal: insteadOfOthers() }));
}

/** Has the browser ask for a passkey, and returns its answer for the server. Throws a DOMException. */
export async function askForPasskey(options: unknown, request: PasskeyRequest = {}): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(forBrowser(options));
  const signal = AbortSignal.any([insteadOfOthers(), ...(request.signal ? [request.signal] : [])]);
  return toJson(await navigator.credentials.get({ ...request, publicKey, signal }));
}

let latest = new AbortController();

/** Browsers refuse a second request while one is pending, as one in the autofill always is. */
function insteadOfOthers(): AbortSignal {
  latest.abort();
  latest = new AbortController();
  return latest.signal;
}

/** What `PasskeyCeremony.options` may be: the one for `create`, the other for `get` (WebAuthn L3 §5.1.9 and §5.1.10). */
type CeremonyOptions = PublicKeyCredentialCreationOptionsJSON & PublicKeyCredentialRequestOptionsJSON;

/**
 * The one place where JSON of the schema becomes a type of the browser. The server hands out the specification's JSON; whether
 * it is in order, the browser's own parser checks.
 */
function forBrowser(options: unknown): CeremonyOptions {
  if (!isCeremonyOptions(options)) throw new TypeError("The server sent no options for a passkey");
  return options;
}

const isCeremonyOptions = (options: unknown): options is CeremonyOptions =>
  typeof options === "object" && options !== null && "challenge" in options;

function toJson(credential: Credential | null): unknown {
  if (credential instanceof PublicKeyCredential) return credential.toJSON();
  throw new DOMException("The browser gave no passkey", "NotAllowedError");
}
