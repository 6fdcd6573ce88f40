import { randomUUID } from "node:crypto";
import { GraphQLError } from "graphql";
import type { PasswordHasher } from "../argon2.js";
import { SESSION_MS } from "../settings.js";
import type { Session, Store, User } from "./store.js";
import { hashToken, makeRefreshToken, type Tokens } from "./tokens.js";

const PASSWORD_MIN_LENGTH = 8;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export interface AuthPayload {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly user: User;
}

const refuse = (message: string, code: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code } });

export class Authentication {
  constructor(
    private readonly store: Store,
    private readonly tokens: Tokens,
    private readonly hasher: PasswordHasher,
    /** For the answer to take as long where there is no such account. */
    private readonly anyHash: string,
  ) {}

  async signup(emailAsTyped: string, password: string): Promise<AuthPayload> {
    const email = emailAsTyped.trim().toLowerCase();
    if (!EMAIL.test(email)) throw refuse("This is no email address", "BAD_USER_INPUT");
    if (password.length < PASSWORD_MIN_LENGTH) throw refuse("The password is too short", "BAD_USER_INPUT");
    const passwordHash = await this.hasher.hash(password);
    const userId = randomUUID();
    const { refreshToken, stored } = newToken();
    const session = { id: randomUUID(), userId, ...stored };
    const user = await this.store.createAccount({ id: userId, email, passwordHash }, session);
    if (user === null) throw refuse("This address is taken", "EMAIL_TAKEN");
    return { user, refreshToken, accessToken: this.tokens.sign(session) };
  }

  async login(email: string, password: string): Promise<AuthPayload> {
    const user = await this.store.findByEmail(email.trim().toLowerCase());
    const isRight = await this.hasher.verify(user?.passwordHash ?? this.anyHash, password);
    if (user === undefined || !isRight) throw refuse("Wrong email or password", "INVALID_CREDENTIALS");
    const { refreshToken, stored } = newToken();
    const session = { id: randomUUID(), userId: user.id, ...stored };
    await this.store.createSession(session);
    return { user, refreshToken, accessToken: this.tokens.sign(session) };
  }

  async refresh(oldToken: string): Promise<Omit<AuthPayload, "user">> {
    const { refreshToken, stored } = newToken();
    const moved = await this.store.exchangeToken(hashToken(oldToken), stored);
    if (moved === undefined) throw refuse("This token is not valid", "INVALID_TOKEN");
    return { refreshToken, accessToken: this.tokens.sign(moved) };
  }

  /** The token names the session: one that was ended is answered no more. */
  async findViewer(authorization: string | undefined): Promise<User | undefined> {
    const sessionId = this.tokens.readSessionId(authorization);
    return sessionId === undefined ? undefined : this.store.findViewer(sessionId, new Date());
  }

  listSessions(user: User): Promise<readonly Session[]> {
    return this.store.listSessions(user.id, new Date());
  }
}

function newToken() {
  const refreshToken = makeRefreshToken();
  const now = new Date();
  const expiresAt = new Date(now.getTime() + SESSION_MS);
  return { refreshToken, stored: { tokenHash: hashToken(refreshToken), now, expiresAt } };
}
