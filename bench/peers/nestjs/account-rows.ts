import { randomBytes } from "node:crypto";
import { keyPrefix, type MakeRows, orderedUuid } from "../population.js";
import { type DatabaseSettings, SESSION_MS } from "../settings.js";

export function accountRowsWith(kind: DatabaseSettings["kind"], passwordHash: string): MakeRows {
  const store = (date: Date) => (kind === "sqlite" ? sqliteText(date) : date.toISOString());
  const [createdAt, expiresAt] = [store(new Date()), store(new Date(Date.now() + SESSION_MS))];
  return (index, share) => {
    const userId = orderedUuid(share);
    const tokenHash = keyPrefix(share, 16) + randomBytes(28).toString("hex");
    return {
      users: { id: userId, email: `user${index}@latchkey.test`, passwordHash, createdAt },
      sessions: { id: orderedUuid(share), userId, tokenHash, expiresAt, createdAt, lastUsedAt: createdAt },
    };
  };
}

/** As TypeORM writes a date. */
const sqliteText = (date: Date): string => date.toISOString().replace("T", " ").replace("Z", "");
