import type { ClientRequest } from "./candidates/candidate.js";
import { type Entry, pick } from "./entry.js";
import { CONNECTIONS, type Load, type Repetition } from "./load.js";

/** Of a hundred requests of a mixed load. */
const LOGINS = 2;
const REFRESHES = 8;
/** Relatively prime to a hundred: a cycle meets every place in it, with logins and refreshes spread out. */
const STRIDE = 37;

/** The same requests on every connection, each from another place on. */
export function rotate(requests: readonly ClientRequest[]): Load["ask"] {
  return (connection): Repetition => {
    const start = Math.floor((connection / CONNECTIONS) * requests.length) % requests.length;
    return [...requests.slice(start), ...requests.slice(0, start)];
  };
}

export async function askMe(entry: Entry): Promise<Load["ask"]> {
  const readers = await entry.readers();
  return rotate(readers.map(({ credentials }) => entry.protocol.me(credentials)));
}

export async function askMeAndSessions(entry: Entry): Promise<Load["ask"]> {
  const { protocol } = entry;
  const readers = await entry.readers();
  return rotate(readers.map(({ credentials }) => (protocol.meAndSessions ?? protocol.me)(credentials)));
}

export async function logIn(entry: Entry): Promise<Load["ask"]> {
  const comers = await entry.comers();
  return rotate(comers.map(({ email }) => entry.protocol.login(email)));
}

export async function signUp(entry: Entry): Promise<Load["ask"]> {
  return () => ({ next: () => entry.protocol.signup(entry.newEmail()) });
}

/** Each connection moves a session of its own on, with what the answer before gave it. */
export async function refresh(entry: Entry): Promise<Load["ask"]> {
  const { protocol } = entry;
  const sessions = await entry.newSessions(CONNECTIONS);
  return (connection) => {
    let credentials = pick(sessions, connection);
    return {
      next: () => (protocol.refresh ?? protocol.me)(credentials),
      take(answer) {
        credentials = protocol.readCredentials(answer);
      },
    };
  };
}

/** 90 % me, 8 % refresh, 2 % login. */
export async function mix(entry: Entry): Promise<Load["ask"]> {
  const { protocol } = entry;
  const sessions = await entry.newSessions(CONNECTIONS);
  const comers = await entry.comers();
  return (connection) => {
    let credentials = pick(sessions, connection);
    let place = connection;
    let isRefresh = false;
    return {
      next() {
        place = (place + STRIDE) % 100;
        const refreshes = place >= LOGINS && place < LOGINS + REFRESHES;
        isRefresh = refreshes && protocol.refresh !== undefined;
        if (refreshes) return (protocol.refresh ?? protocol.me)(credentials);
        if (place < LOGINS) return protocol.login(pick(comers, connection).email);
        return protocol.me(credentials);
      },
      take(answer) {
        if (isRefresh) credentials = protocol.readCredentials(answer);
      },
    };
  };
}
