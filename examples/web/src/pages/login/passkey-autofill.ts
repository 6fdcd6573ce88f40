import { useEffect, useEffectEvent } from "react";
import { canAutofillPasskeys, type PasskeyRequest } from "../../api/passkeys";
import { problemOf } from "../../api/problem";
import { useAnnounce } from "../../app/status";
import type { ProblemFragment } from "../../gql/graphql";

/** The server forgets a challenge after five minutes. */
const CHALLENGE_MS = 4 * 60_000;

/**
 * Has the browser offer passkeys in the field with `autoComplete="… webauthn"`, for as long as the page is open. Nobody has
 * asked for that, so nobody is told when it does not work.
 */
export function usePasskeyAutofill(
  logIn: (request: PasskeyRequest) => Promise<ProblemFragment | null>,
): void {
  const announce = useAnnounce();

  const offer = useEffectEvent(async (left: AbortSignal) => {
    const isAvailable = await canAutofillPasskeys();
    while (isAvailable && !left.aborted) {
      const old = AbortSignal.timeout(CHALLENGE_MS);
      try {
        const refusal = await logIn({ mediation: "conditional", signal: AbortSignal.any([left, old]) });
        if (refusal !== null) announce(problemOf(refusal).message);
        return;
      } catch {
        if (!old.aborted) return;
      }
    }
  });

  useEffect(() => {
    const leaving = new AbortController();
    void offer(leaving.signal);
    return () => leaving.abort();
  }, []);
}
