import { createContext, useContext } from "react";
import { Reauthentication } from "./reauthentication";

/** Each session has one of its own: what one was asked is not asked of the next. */
export const ReauthenticationContext = createContext(new Reauthentication());

export const useReauthentication = () => useContext(ReauthenticationContext);
