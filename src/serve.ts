import "reflect-metadata";
import type { Logger } from "pino";
import { type App, createApp } from "./app.js";
import type { Config } from "./config/config.js";
import { readOrCreateAuthSecret } from "./config/development-secret.js";
import { loadProcessConfig } from "./config/process-config.js";
import { giveBackMemoryOnceIdle } from "./infra/idle-memory.js";
import { createLogger } from "./infra/logger.js";
import { createMailTransport } from "./infra/mail-transport.js";
import { createStandardOutput } from "./infra/standard-output.js";
import { secondsToMs } from "./lib/clock.js";
import { StartError } from "./lib/start-error.js";

const ECHO_MS = 1000;

/** Runs the server in this process until a signal stops it. */
export async function serve(): Promise<void> {
  const config = loadProcessConfig();
  // One for both, so that no mail is printed into the middle of a line.
  const output = createStandardOutput();
  const logger = createLogger(config, output);
  try {
    const authSecret = readOrCreateAuthSecret(config);
    const mailTransport = createMailTransport(config, output);
    const app = await createApp(config, { logger, clock: Date.now, authSecret, mailTransport });
    stopOnSignals(app, config, logger);
    await listen(app, config, logger);
    giveBackMemoryOnceIdle();
  } catch (error) {
    logger.fatal(describeStartFailure(error, config), "Latchkey could not start");
    process.exit(1);
  }
}

/** What an operator can mend is said in one sentence; anything else comes with its stack. */
function describeStartFailure(error: unknown, { host, port }: Config): object {
  if (error instanceof StartError) return { reason: error.message };
  const isPortTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  return isPortTaken
    ? { reason: `${host}:${port} is in use: set PORT, or stop what uses it.` }
    : { err: error };
}

async function listen(app: App, { host, port }: Config, logger: Logger): Promise<void> {
  const boundUrl = new URL(await app.http.listen({ host, port }));
  const shownHost = ["127.0.0.1", "0.0.0.0", "::"].includes(host) ? "localhost" : boundUrl.hostname;
  logger.info(`Latchkey is ready at http://${shownHost}:${boundUrl.port}/graphql`);
}

function stopOnSignals(app: App, { shutdownGraceSeconds }: Config, logger: Logger): void {
  let stoppingSince: number | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    // A second Ctrl-C means now. What comes at once with the first is an echo: npm passes on what the terminal sent.
    if (stoppingSince !== undefined && performance.now() - stoppingSince > ECHO_MS) process.exit(1);
    if (stoppingSince !== undefined) return;
    stoppingSince = performance.now();
    logger.info(`${signal}: shutting down, finishing the requests in flight`);
    setTimeout(() => {
      logger.warn(`still busy after ${shutdownGraceSeconds} seconds: stopping anyway`);
      process.exit(0);
    }, secondsToMs(shutdownGraceSeconds));
    app.close().then(
      () => {
        logger.info("stopped");
        process.exit(0);
      },
      (error: unknown) => {
        logger.fatal({ err: error }, "shutdown failed");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
