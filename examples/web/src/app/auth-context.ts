import { createContext, useContext, useSyncExternalStore } from "react";
import type { Auth } from "../api/auth";
import type { AuthState } from "../auth-link/auth-session";

export const AuthContext = createContext<Auth | null>(null);

/** What the whole application shares. */
export function useAuth(): Auth {
  const auth = useContext(AuthContext);
  if (auth === null) throw new Error("There is no AuthContext around this component");
  return auth;
}

/** Who is signed in, if anybody is. */
export function useAuthState(): AuthState {
  const { session } = useAuth();
  return useSyncExternalStore(session.subscribe, () => session.state);
}
