import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { type Config, loadConfig } from "./config.js";
import { ConfigError, type Environment } from "./environment-reader.js";

/** The configuration of this process. With a faulty one the process ends, having said all that is wrong with it. */
export function loadProcessConfig(): Config {
  try {
    return loadConfig(readEnvironment());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/** `.env` is a convenience of development; what the process was given counts more than the file. */
function readEnvironment(): Environment {
  const given = Object.entries(process.env).filter(([, value]) => value !== "");
  if (process.env.NODE_ENV === "production" || !existsSync(".env")) return Object.fromEntries(given);
  return { ...parseEnv(readFileSync(".env", "utf8")), ...Object.fromEntries(given) };
}
