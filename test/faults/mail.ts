import { killAmongMails } from "./mail-kill.js";
import { compareMailServers } from "./mail-latency.js";
import type { FaultProgram } from "./program.js";

/** 54: mail is down or slow, and so is whoever sends it. */
export const mail: FaultProgram = {
  name: "mail",
  databases: ["sqlite", "postgresql"],
  isAlone: false,
  promise: "54, 48: SIGKILL loses no mail that was promised, and nobody waits for a mail server",
  async run(setting, report) {
    await killAmongMails(setting, report);
    await compareMailServers(setting, report);
  },
};
