export type Verdict = "ok" | "warn" | "FAIL";

/** What one check has seen. */
export interface Finding {
  readonly verdict: Verdict;
  /** What was looked at: a variable, or a part of the surroundings. */
  readonly name: string;
  readonly seen: string;
  /** What to do about it. */
  readonly advice?: string;
}

export const ok = (name: string, seen: string): Finding => ({ verdict: "ok", name, seen });

export const warn = (name: string, seen: string, advice: string): Finding => ({
  verdict: "warn",
  name,
  seen,
  advice,
});

export const fail = (name: string, seen: string, advice: string): Finding => ({
  verdict: "FAIL",
  name,
  seen,
  advice,
});

/** What breaks a promise to people, but may be wanted on the machine of a developer. */
export function failInProduction(
  { isProduction }: { readonly isProduction: boolean },
  ...[name, seen, advice]: Parameters<typeof fail>
): Finding {
  return (isProduction ? fail : warn)(name, seen, advice);
}
