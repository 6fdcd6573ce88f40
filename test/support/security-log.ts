import { SecurityEvent } from "../../src/modules/security-event/security-event.entity.js";
import type { TestApp } from "./test-app.js";

/** What the security log has of a user, or of nobody, oldest first. */
export function eventsOf(app: TestApp, userId: string | null): Promise<SecurityEvent[]> {
  return app.orm.em.fork().find(SecurityEvent, { userId }, { orderBy: { id: "asc" } });
}

export async function eventTypesOf(app: TestApp, userId: string | null): Promise<readonly string[]> {
  return (await eventsOf(app, userId)).map(({ type }) => type);
}

/** Lines of the server's log about events, in order. */
export function eventLines(app: TestApp): readonly Readonly<Record<string, unknown>>[] {
  return app.logLines.filter((line) => line.includes('"securityEvent"')).map((line) => JSON.parse(line));
}
