import "reflect-metadata";
import type { Logger } from "pino";
import { type App, createApp } from "./app.js";
import type { Config } from "./config/config.js";
import { readOrCreateDevelopmentSecret } from "./config/development-secret.js";
import { loadProcessConfig } from "./config/process-config.js";
import { createLogger } from "./infra/logger.js";
import { secondsToMs } from "./lib/clock.js";

const DEVELOPMENT_SECRET_FILE = "data/auth-secret";

/** Runs the server in this process until a signal stops it. */
export async function serve(): Promise<void> {
  const config = loadProcessConfig();
  const logger = createLogger(config);
  try {
    const authSecret = config.authSecret ?? readOrCreateDevelopmentSecret(DEVELOPMENT_SECRET_FILE);
    const app = await createApp(config, { logger, clock: Date.now, authSecret });
    stopOnSignals(app, config, logger);
    await listen(app, config, logger);
  } catch (error) {
    logger.fatal(
      { err: error },
      `Latchkey could not start: ${error instanceof Error ? error.message : error}`,
    );
    process.exit(1);
  }
}

async function listen(app: App, { host, port }: Config, logger: Logger): Promise<void> {
  const boundUrl = new URL(await app.http.listen({ host, port }));
  const shownHost = host === "127.0.0.1" || host === "0.0.0.0" || host === "::" ? "localhost" : host;
  logger.info(`Latchkey is ready at http://${shownHost}:${boundUrl.port}/graphql`);
}

function stopOnSignals(app: App, { shutdownGraceSeconds }: Config, logger: Logger): void {
  let isStopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    // A second Ctrl-C means now.
    if (isStopping) process.exit(1);
    isStopping = true;
    logger.info(`${signal}: finishing what is in flight`);
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
        logger.fatal({ err: error }, "could not stop in order");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
