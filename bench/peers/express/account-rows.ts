import { randomBytes } from "node:crypto";
import { keyPrefix, type MakeRows, orderedUuid } from "../population.js";
import { type DatabaseSettings, SESSION_MS } from "../settings.js";

export function accountRowsWith(kind: DatabaseSettings["kind"], passwordHash: string): MakeRows {
  const store = (date: Date) => (kind === "sqlite" ? date.getTime() : date.toISOString());
  const [now, end] = [store(new Date()), store(new Date(Date.now() + SESSION_MS))];
  return (index, share) => {
    const userId = orderedUuid(share);
    return {
      users: {
        id: userId,
        email: `user${index}@latchkey.test`,
        password_hash: passwordHash,
        created_at: now,
      },
      sessions: {
        id: orderedUuid(share),
        user_id: userId,
        token_hash: keyPrefix(share, 16) + randomBytes(28).toString("hex"),
        created_at: now,
        last_used_at: now,
        expires_at: end,
      },
    };
  };
}
