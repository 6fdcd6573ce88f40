import { createContext, useContext } from "react";
import type { Problem } from "../api/problem";

/** What is wrong with the fields of the form around. */
export const Faults = createContext<Problem["fields"]>([]);

/** What is wrong with one of them, if anything is. */
export const useFault = (name: string): string | undefined =>
  useContext(Faults).find(({ field }) => field === name)?.message;
