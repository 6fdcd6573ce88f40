/** How much patience a connection gets. Waiting costs a slow client nothing and us a socket. */
export interface ConnectionLimits {
  /** For the headers of a request, counted from connecting for the first. */
  readonly headersTimeoutMs: number;
  /** For a whole request, headers and body. */
  readonly requestTimeoutMs: number;
  /** Between two requests. Longer than the 60 seconds of common load balancers, so that they hang up first. */
  readonly keepAliveTimeoutMs: number;
  /** Without a byte in either direction while a request is under way: a client that does not read its answers. */
  readonly inactivityTimeoutMs: number;
  /** How often Node looks for who is late. Its own 30 seconds would add themselves to the limits. */
  readonly checkIntervalMs: number;
}

export const CONNECTION_LIMITS: ConnectionLimits = Object.freeze({
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 72_000,
  inactivityTimeoutMs: 60_000,
  checkIntervalMs: 1000,
});
