/** A parameter of the URL can have the dialogue logged, with what logs in. */
export function withoutLogging(smtpUrl: string): string {
  const url = new URL(smtpUrl);
  for (const parameter of ["logger", "debug", "transactionLog"]) url.searchParams.delete(parameter);
  return url.href;
}
