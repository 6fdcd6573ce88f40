import { randomBytes } from "node:crypto";
import { keyPrefix, type MakeRows } from "../population.js";
import { type DatabaseSettings, SESSION_MS } from "../settings.js";

/** As long as the ones it makes. */
const makeId = (share: number): string => keyPrefix(share, 36) + randomBytes(12).toString("hex");

/** What a signup leaves behind. */
export function accountRowsWith(kind: DatabaseSettings["kind"], password: string): MakeRows {
  const [createdAt, updatedAt] = [new Date().toISOString(), new Date().toISOString()];
  const expiresAt = new Date(Date.now() + SESSION_MS).toISOString();
  const emailVerified = kind === "sqlite" ? 0 : false;
  return (index, share) => {
    const userId = makeId(share);
    const times = { createdAt, updatedAt };
    const email = `user${index}@latchkey.test`;
    return {
      user: { id: userId, name: `User ${index}`, email, emailVerified, ...times },
      account: { id: makeId(share), userId, accountId: userId, providerId: "credential", password, ...times },
      session: {
        id: makeId(share),
        userId,
        token: makeId(share),
        expiresAt,
        ipAddress: "",
        userAgent: "",
        ...times,
      },
    };
  };
}
