import type { EntityManager } from "@mikro-orm/core";
import { OutboxMail } from "../../modules/mail/outbox-mail.entity.js";
import { type Finding, ok, warn } from "./finding.js";

const NAME = "outbox";
const MINUTE_MS = 60_000;
/** By then a mail has been tried several times, also where the server was only restarted. */
const LONG_MINUTES = 15;

/** Whether somebody sends what is to be sent. Reads, and writes nothing. */
export async function checkOutbox(em: EntityManager, now: number): Promise<Finding> {
  const count = await em.count(OutboxMail);
  const [oldest] = await em.find(OutboxMail, {}, { orderBy: { createdAt: "asc" }, limit: 1 });
  if (oldest === undefined) return ok(NAME, "no mail waits");
  const minutes = Math.floor((now - oldest.createdAt.getTime()) / MINUTE_MS);
  const seen = `${count} to be sent, the oldest for ${minutes} minutes`;
  if (minutes < LONG_MINUTES) return ok(NAME, seen);
  return warn(NAME, seen, "see whether a server runs, and what its log says of mails");
}
