import type { DatabaseKind } from "../test/faults/program.js";
import type { Scope } from "../test/faults/scope.js";
import type { Candidate } from "./candidates/candidate.js";
import { LATCHKEY } from "./candidates/index.js";
import { installPeers } from "./candidates/peer-packages.js";
import type { Cores } from "./cores.js";
import { Entry } from "./entry.js";

interface Setting {
  readonly candidates: readonly Candidate[];
  readonly cores: Cores;
  readonly scope: Scope;
  readonly signal: AbortSignal;
  show(progress: string): void;
}

/** All candidates, each made ready when somebody first asks for it, and only once. */
export class Field {
  readonly #entries = new Map<string, Promise<Entry | undefined>>();
  /** Who could not be made ready, and why, by name. */
  readonly absences = new Map<string, string>();

  #peersFault: string | undefined;

  constructor(private readonly setting: Setting) {}

  async entries(
    kind: DatabaseKind,
    users: number,
    isWanted: (name: string) => boolean,
  ): Promise<readonly Entry[]> {
    const entries: Entry[] = [];
    for (const { name } of this.setting.candidates) {
      const entry = isWanted(name) ? await this.entry(kind, users, name) : undefined;
      if (entry !== undefined) entries.push(entry);
    }
    return entries;
  }

  entry(kind: DatabaseKind, users: number, name: string): Promise<Entry | undefined> {
    const key = `${name} on ${kind} with ${users}`;
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const entry = this.#prepare(kind, users, name);
    this.#entries.set(key, entry);
    return entry;
  }

  async #prepare(kind: DatabaseKind, users: number, name: string): Promise<Entry | undefined> {
    const { candidates, cores, scope, signal, show } = this.setting;
    signal.throwIfAborted();
    const candidate = candidates.find((known) => known.name === name);
    if (candidate === undefined) return undefined;
    show(`making ${name} ready on ${kind} with ${users} users`);
    try {
      if (name !== LATCHKEY) this.#installPeers();
      return await Entry.prepare(candidate, { kind, users, cores, scope });
    } catch (error) {
      this.absences.set(`${name} on ${kind}`, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  /** @throws each time when it cannot be done, without trying again */
  #installPeers(): void {
    this.#peersFault ??= tryInstallPeers();
    if (this.#peersFault !== "") throw new Error(this.#peersFault);
  }
}

/** @returns why not, or nothing */
function tryInstallPeers(): string {
  try {
    installPeers();
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
