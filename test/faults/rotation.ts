import { rotateSigningKeys } from "./key-rotation.js";
import type { FaultProgram } from "./program.js";
import { rotateSecrets } from "./secret-rotation.js";

/** 53: what a careful operator does now and then, and in a hurry when something has leaked. */
export const rotation: FaultProgram = {
  name: "rotation",
  databases: ["sqlite", "postgresql"],
  isAlone: true,
  promise: "53: rotating the signing key or AUTH_SECRET under load loses no session",
  async run(setting, report) {
    await rotateSigningKeys(setting, report);
    await rotateSecrets(setting, report);
  },
};
