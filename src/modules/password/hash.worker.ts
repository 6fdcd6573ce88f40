import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import { loadArgon2Engine } from "./argon2-engine.js";
import type { HashOutcome, HashTask } from "./hash-pool.js";
import { readImportedHash } from "./imported-hash/imported-hash.js";

if (parentPort === null) throw new Error("hash.worker runs as a worker thread only");
const port = parentPort;

/**
 * A nice value. A thread that competes with it for a core gets thirty times as much of it: hashes fill what is left, and go on
 * also where nothing is.
 */
const PRIORITY = 15;

// On Linux a priority belongs to the thread: hashing yields to the event loop, so `me` stays fast while people log in.
if (process.platform === "linux") {
  try {
    setPriority(PRIORITY);
  } catch {
    // A sandbox may forbid it; hashing works all the same.
  }
}

const engine = loadArgon2Engine();

/** One after another: the portable engine computes outside of this thread, and each hash takes its memory. */
let last: Promise<void> = Promise.resolve();

port.on("message", (task: HashTask) => {
  last = last.then(() => answer(task));
});

function answer(task: HashTask): Promise<void> {
  return perform(task).then(
    (value) => port.postMessage({ value } satisfies HashOutcome),
    (error: unknown) => port.postMessage({ error: String(error) } satisfies HashOutcome),
  );
}

async function perform(task: HashTask): Promise<string | boolean> {
  const argon2 = await engine;
  if (task.kind === "hash") return argon2.hash(task.password, task.cost);
  if (task.storedHash.startsWith("$argon2id$")) return argon2.verify(task.storedHash, task.password);
  const imported = readImportedHash(task.storedHash);
  return "fault" in imported ? false : imported.matches(task.password, argon2);
}
