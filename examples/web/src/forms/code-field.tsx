import { useState } from "react";
import { Field } from "./field";

/** For six digits of an authenticator app, or for a recovery code where that is lost. */
export function CodeField() {
  const [isRecovery, setRecovery] = useState(false);
  return (
    <>
      {isRecovery ? <RecoveryCodeField /> : <TotpCodeField />}
      <button type="button" className="link" onClick={() => setRecovery(!isRecovery)}>
        {isRecovery ? "Use the authenticator app" : "Use a recovery code"}
      </button>
    </>
  );
}

export function TotpCodeField() {
  return (
    <Field
      name="code"
      label="Code"
      hint="The six digits that your authenticator app shows."
      inputMode="numeric"
      autoComplete="one-time-code"
      required
    />
  );
}

function RecoveryCodeField() {
  return (
    <Field
      name="code"
      label="Recovery code"
      hint="One of the ten that you have kept. Each is good once."
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      required
    />
  );
}
