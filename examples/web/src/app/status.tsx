import { createContext, type ReactNode, useContext, useState } from "react";
import { useLocation } from "react-router";
import { useAuthState } from "./auth-context";

const Announce = createContext<(text: string) => void>(() => {});

/** Says what has worked, to the eye and to screen readers. It is gone with the next page or form; so it is with "". */
export const useAnnounce = () => useContext(Announce);

/** The application's one live region, in front of its content: there from the start, as others are not listened to. */
export function WithStatus({ children }: { readonly children: ReactNode }) {
  const { pathname } = useLocation();
  const [announced, setAnnounced] = useState<{ text: string; pathname: string } | null>(null);
  const announce = (text: string) => setAnnounced({ text, pathname });
  const ofSession = useSessionStatus();
  const isStill = announced?.pathname === pathname;
  // The end of a session leads to the login page: anywhere else it is old news.
  const atFirst = announced === null && pathname === "/login" ? ofSession : "";
  const text = isStill ? announced.text : atFirst;
  return (
    <Announce value={announce}>
      <p role="status" className="status">
        {text}
      </p>
      {children}
    </Announce>
  );
}

function useSessionStatus(): string {
  const state = useAuthState();
  if (state.status !== "signed-out") return "";
  if (state.reason === "SESSION_ENDED") return "You were logged out.";
  return state.reason === "LOGGED_OUT" ? "You have logged out." : "";
}
