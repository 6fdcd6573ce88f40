import { parentPort, workerData } from "node:worker_threads";
import { verifySync } from "@node-rs/argon2";
import { PASSWORD } from "../settings.js";

const { hash, seconds, warmUpSeconds } = workerData as {
  readonly hash: string;
  readonly seconds: number;
  readonly warmUpSeconds: number;
};

function repeat(duration: number) {
  const start = performance.now();
  let verifications = 0;
  while (performance.now() - start < duration * 1000) {
    if (!verifySync(hash, PASSWORD)) throw new Error("The right password was refused");
    verifications += 1;
  }
  return { verifications, seconds: (performance.now() - start) / 1000 };
}

repeat(warmUpSeconds);
parentPort?.postMessage(repeat(seconds));
