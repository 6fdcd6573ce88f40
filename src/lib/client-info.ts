/** The client as the edge sees it: recorded with sessions, never a reason to trust anybody. */
export interface ClientInfo {
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
}
