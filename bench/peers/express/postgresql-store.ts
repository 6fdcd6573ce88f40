import { Pool } from "pg";
import type { NewSession, NewToken, OpenSession, Session, Store, User } from "./store.js";

const SCHEMA = `
create table if not exists users (
  id uuid primary key,
  email text not null unique,
  password_hash text not null,
  created_at timestamptz not null
);
create table if not exists sessions (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  token_hash text not null unique,
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  expires_at timestamptz not null
);
create index if not exists sessions_user_id on sessions (user_id);
`;

/** By their names: PostgreSQL prepares each once per connection. */
const STATEMENTS = {
  createAccount: `with new_user as (
      insert into users (id, email, password_hash, created_at) values ($1, $2, $3, $6)
      on conflict do nothing returning id, email
    ), new_session as (
      insert into sessions (id, user_id, token_hash, created_at, last_used_at, expires_at)
      select $4, id, $5, $6, $6, $7 from new_user
    ) select id, email from new_user`,
  findByEmail: 'select id, email, password_hash as "passwordHash" from users where email = $1',
  createSession: `insert into sessions (id, user_id, token_hash, created_at, last_used_at, expires_at)
    values ($1, $2, $3, $4, $4, $5)`,
  findViewer: `select users.id, users.email from sessions join users on users.id = sessions.user_id
    where sessions.id = $1 and sessions.expires_at > $2`,
  listSessions: `select id, created_at as "createdAt", last_used_at as "lastUsedAt" from sessions
    where user_id = $1 and expires_at > $2 order by created_at desc`,
  exchangeToken: `update sessions set token_hash = $1, last_used_at = $2, expires_at = $3
    where token_hash = $4 and expires_at > $2 returning id, user_id as "userId"`,
};

interface SessionRow {
  readonly id: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
}

export class PostgresqlStore implements Store {
  private constructor(private readonly pool: Pool) {}

  static async open(url: string): Promise<PostgresqlStore> {
    const pool = new Pool({ connectionString: url });
    await pool.query(SCHEMA);
    return new PostgresqlStore(pool);
  }

  async createAccount(user: User & { readonly passwordHash: string }, session: NewSession) {
    const [created = null] = await this.#run<User>("createAccount", [
      user.id,
      user.email,
      user.passwordHash,
      session.id,
      session.tokenHash,
      session.now,
      session.expiresAt,
    ]);
    return created;
  }

  async findByEmail(email: string) {
    const [user] = await this.#run<User & { readonly passwordHash: string }>("findByEmail", [email]);
    return user;
  }

  async createSession({ id, userId, tokenHash, now, expiresAt }: NewSession) {
    await this.#run("createSession", [id, userId, tokenHash, now, expiresAt]);
  }

  async findViewer(sessionId: string, now: Date) {
    const [user] = await this.#run<User>("findViewer", [sessionId, now]);
    return user;
  }

  async listSessions(userId: string, now: Date): Promise<readonly Session[]> {
    const rows = await this.#run<SessionRow>("listSessions", [userId, now]);
    return rows.map(({ id, createdAt, lastUsedAt }) => ({
      id,
      createdAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt.toISOString(),
    }));
  }

  async exchangeToken(oldHash: string, { tokenHash, now, expiresAt }: NewToken) {
    const [session] = await this.#run<OpenSession>("exchangeToken", [tokenHash, now, expiresAt, oldHash]);
    return session;
  }

  async #run<Row extends object>(name: keyof typeof STATEMENTS, values: readonly unknown[]): Promise<Row[]> {
    const { rows } = await this.pool.query<Row>({ name, text: STATEMENTS[name], values: [...values] });
    return rows;
  }
}
