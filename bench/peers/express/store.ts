export interface User {
  readonly id: string;
  readonly email: string;
}

export interface Session {
  readonly id: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
}

export interface OpenSession {
  readonly id: string;
  readonly userId: string;
}

export interface NewToken {
  /** SHA-256 of the refresh token. */
  readonly tokenHash: string;
  readonly now: Date;
  readonly expiresAt: Date;
}

export type NewSession = OpenSession & NewToken;

export interface Store {
  /** Both in one transaction. Null when the address is taken. */
  createAccount(user: User & { readonly passwordHash: string }, session: NewSession): Promise<User | null>;
  findByEmail(email: string): Promise<(User & { readonly passwordHash: string }) | undefined>;
  createSession(session: NewSession): Promise<void>;
  /** Of a session that has not expired. */
  findViewer(sessionId: string, now: Date): Promise<User | undefined>;
  listSessions(userId: string, now: Date): Promise<readonly Session[]>;
  /** Of the session whose token it was, with its user; a token is exchanged once. */
  exchangeToken(oldHash: string, next: NewToken): Promise<OpenSession | undefined>;
}
