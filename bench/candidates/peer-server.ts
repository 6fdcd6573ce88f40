import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Candidate, Population, Protocol, ServerCommand } from "./candidate.js";
import { PEERS } from "./peer-packages.js";

/** A peer makes and fills its database itself, before it says that it is ready. */
export function peerServer(
  peer: string,
  { databaseUrl, users }: Population,
  environment: Readonly<Record<string, string>> = {},
): ServerCommand {
  return {
    args: [join(PEERS, "dist", peer, "main.js")],
    cwd: PEERS,
    environment: {
      NODE_ENV: "production",
      DATABASE_URL: databaseUrl,
      BENCH_USERS: String(users),
      // One for all its starts: what it has issued stays valid.
      AUTH_SECRET: randomBytes(32).toString("base64url"),
      PORT: "0",
      ...environment,
    },
  };
}

interface ArgonPeer {
  /** Its folder. */
  readonly peer: string;
  readonly name: string;
  readonly setUp: string;
  readonly protocol: Protocol;
}

/** The same peer with either library for argon2id, at the same cost. */
export function withBothEngines({ peer, name, setUp, protocol }: ArgonPeer) {
  const hashing = (engine: string): string =>
    `${setUp} Passwords are hashed with ${engine} at Latchkey's cost, on Node's thread pool.`;
  const portable: Candidate = {
    name,
    setUp: hashing("the argon2 package"),
    prepare: async (population) => peerServer(peer, population),
    protocol,
  };
  const simd: Candidate = {
    name: `${name}, argon2id (SIMD)`,
    setUp: hashing("@node-rs/argon2"),
    prepare: async (population) => peerServer(peer, population, { PASSWORD_HASHER: "node-rs" }),
    protocol,
  };
  return { portable, simd };
}
