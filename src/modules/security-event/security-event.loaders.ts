import type { EntityManager } from "@mikro-orm/core";
import DataLoader from "dataloader";
import type { PageRequest } from "../../lib/paging.js";
import type { SecurityEventReader } from "./security-event.reader.js";
import type { SecurityEventView } from "./security-event.view.js";
import type { EventKey } from "./security-event.walks.js";

/** A page of what happened to a user's account. */
export interface UserEvents {
  readonly userId: string;
  readonly page: PageRequest<EventKey>;
}

/** Batched reads under users, one set per request. */
export interface SecurityEventLoaders {
  /** The rows of a page, as `SecurityEventReader` gives them. */
  readonly securityEventsOfUser: DataLoader<UserEvents, readonly SecurityEventView[]>;
}

export function createSecurityEventLoaders(
  em: EntityManager,
  reader: SecurityEventReader,
): SecurityEventLoaders {
  return {
    // Batched, but not cached: one field of a mutation may add to what the next one lists.
    securityEventsOfUser: new DataLoader(
      async (wanted: readonly UserEvents[]) => {
        // The events of one user may each lead back to the user, and to the same page.
        const names = wanted.map((page) => JSON.stringify(page));
        const distinct = new Map(wanted.map((page, index) => [names[index] as string, page]));
        const read = await reader.read(em, [...distinct.values()]);
        const byName = new Map([...distinct.keys()].map((name, index) => [name, read[index] ?? []]));
        return names.map((name) => byName.get(name) ?? []);
      },
      { cache: false },
    ),
  };
}
