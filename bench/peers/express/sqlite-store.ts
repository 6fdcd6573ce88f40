import type Database from "better-sqlite3";
import { openSqlite } from "../sqlite.js";
import type { NewSession, NewToken, OpenSession, Session, Store, User } from "./store.js";

const SCHEMA = `
create table if not exists users (
  id text primary key,
  email text not null unique,
  password_hash text not null,
  created_at integer not null
);
create table if not exists sessions (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  token_hash text not null unique,
  created_at integer not null,
  last_used_at integer not null,
  expires_at integer not null
);
create index if not exists sessions_user_id on sessions (user_id);
`;

interface SessionRow {
  readonly id: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
}

export class SqliteStore implements Store {
  readonly #database: Database.Database;
  readonly #insertUser;
  readonly #insertSession;
  readonly #selectByEmail;
  readonly #selectViewer;
  readonly #selectSessions;
  readonly #updateToken;
  readonly #insertAccount;

  constructor(file: string) {
    this.#database = openSqlite(file);
    this.#database.exec(SCHEMA);
    const prepare = <Parameters extends unknown[], Row = unknown>(sql: string) =>
      this.#database.prepare<Parameters, Row>(sql);
    this.#insertUser = prepare<[string, string, string, number]>(
      "insert into users (id, email, password_hash, created_at) values (?, ?, ?, ?) on conflict do nothing",
    );
    this.#insertSession = prepare<[string, string, string, number, number, number]>(
      `insert into sessions (id, user_id, token_hash, created_at, last_used_at, expires_at)
        values (?, ?, ?, ?, ?, ?)`,
    );
    this.#selectByEmail = prepare<[string], User & { readonly passwordHash: string }>(
      "select id, email, password_hash as passwordHash from users where email = ?",
    );
    this.#selectViewer = prepare<[string, number], User>(
      `select users.id, users.email from sessions join users on users.id = sessions.user_id
        where sessions.id = ? and sessions.expires_at > ?`,
    );
    this.#selectSessions = prepare<[string, number], SessionRow>(
      `select id, created_at as createdAt, last_used_at as lastUsedAt from sessions
        where user_id = ? and expires_at > ? order by created_at desc`,
    );
    this.#updateToken = prepare<[string, number, number, string, number], OpenSession>(
      `update sessions set token_hash = ?, last_used_at = ?, expires_at = ?
        where token_hash = ? and expires_at > ? returning id, user_id as userId`,
    );
    this.#insertAccount = this.#database.transaction(
      (user: User & { readonly passwordHash: string }, session: NewSession) => {
        const { id, email, passwordHash } = user;
        const { changes } = this.#insertUser.run(id, email, passwordHash, session.now.getTime());
        if (changes === 0) return null;
        this.#runInsertSession(session);
        return { id, email };
      },
    );
  }

  async createAccount(user: User & { readonly passwordHash: string }, session: NewSession) {
    return this.#insertAccount.immediate(user, session);
  }

  async findByEmail(email: string) {
    return this.#selectByEmail.get(email);
  }

  async createSession(session: NewSession) {
    this.#runInsertSession(session);
  }

  async findViewer(sessionId: string, now: Date) {
    return this.#selectViewer.get(sessionId, now.getTime());
  }

  async listSessions(userId: string, now: Date): Promise<readonly Session[]> {
    return this.#selectSessions.all(userId, now.getTime()).map(({ id, createdAt, lastUsedAt }) => ({
      id,
      createdAt: new Date(createdAt).toISOString(),
      lastUsedAt: new Date(lastUsedAt).toISOString(),
    }));
  }

  async exchangeToken(oldHash: string, { tokenHash, now, expiresAt }: NewToken) {
    const nowMs = now.getTime();
    return this.#updateToken.get(tokenHash, nowMs, expiresAt.getTime(), oldHash, nowMs);
  }

  #runInsertSession({ id, userId, tokenHash, now, expiresAt }: NewSession): void {
    this.#insertSession.run(id, userId, tokenHash, now.getTime(), now.getTime(), expiresAt.getTime());
  }
}
