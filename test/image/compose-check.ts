import { posix } from "node:path";
import { pathToFileURL } from "node:url";
import type { Config } from "../../src/config/config.js";
import type { Report } from "../faults/figures.js";
import { ComposeFile, interpolate, type Service } from "./compose-file.js";
import { parseDurationMs } from "./dockerfile.js";
import type { Stage } from "./stage.js";

/** What an operator has exported. */
const EXPORTED = {
  AUTH_SECRET: "a secret for checking compose files",
  POSTGRES_PASSWORD: "0123456789abcdef",
};

type Environment = Readonly<Record<string, string>>;
type LoadConfig = (environment: Environment) => Config;

/** Holds a compose file against the image: what it sets is what the server of that very image reads. */
export async function checkComposeFile(path: string, image: Stage, report: Report): Promise<void> {
  const file = new ComposeFile(path);
  const services = file.servicesOf("latchkey");
  const loadConfig = await importLoadConfig(image);
  report.checkNone("what it names is there and what it says is known", file.findFaults());
  report.check("it runs the image", services.length > 0, services.length);
  report.checkNone("its variables are those of the server", services.flatMap(findFaultsOfEnvironment));
  report.checkNone("its containers can write their data and nothing else", services.flatMap(findLooseEnds));

  function findFaultsOfEnvironment(service: Service): string[] {
    const environment = readEnvironment(service, EXPORTED);
    const { config, names } = loadRecorded(loadConfig, { ...image.environment, ...environment });
    const unknown = Object.keys(environment).filter((name) => !names.has(name));
    const graceMs = parseDurationMs(service.stop_grace_period ?? "10s");
    return [
      ...unknown.map((name) => `${name} is not known to the server`),
      ...(graceMs > config.shutdownGraceSeconds * 1000 ? [] : ["stop_grace_period is too short"]),
      ...(startsWithoutSecret(service) ? ["AUTH_SECRET is not demanded"] : []),
    ];
  }

  function findLooseEnds(service: Service): string[] {
    const environment = { ...image.environment, ...readEnvironment(service, EXPORTED) };
    const { databaseUrl } = loadConfig(environment);
    const mounted = (service.volumes ?? []).map((volume) => volume.split(":")[1]);
    const sqliteFile = /^sqlite:(.+)$/.exec(databaseUrl)?.[1];
    const dataFolder = sqliteFile && posix.resolve(image.workingDirectory, posix.dirname(sqliteFile));
    const containerPorts = (service.ports ?? []).map((port) => Number(port.split(":").at(-1)));
    return [
      ...(service.read_only && service.tmpfs?.includes("/tmp") ? [] : ["the root file system is writable"]),
      ...(service.cap_drop?.includes("ALL") ? [] : ["capabilities are kept"]),
      ...(service.security_opt?.includes("no-new-privileges:true") ? [] : ["privileges can be gained"]),
      ...(!dataFolder || mounted.includes(dataFolder) ? [] : [`${dataFolder} is not on a volume`]),
      ...(containerPorts.every((port) => port === image.exposedPort) ? [] : ["another port is published"]),
    ];
  }
}

/** The image's own, not the checkout's. */
async function importLoadConfig(image: Stage): Promise<LoadConfig> {
  const module = await import(pathToFileURL(image.locate("dist/src/config/config.js")).href);
  return module.loadConfig as LoadConfig;
}

function readEnvironment({ environment = {} }: Service, exported: Environment): Environment {
  const entries = Object.entries(environment);
  return Object.fromEntries(entries.map(([name, value]) => [name, interpolate(String(value), exported)]));
}

/** The configuration, and the names of the variables that it asked for. */
function loadRecorded(loadConfig: LoadConfig, environment: Environment) {
  const names = new Set<string>();
  const recording = new Proxy(environment, {
    get(target, name) {
      names.add(String(name));
      return target[String(name)];
    },
  });
  return { config: loadConfig(recording), names };
}

function startsWithoutSecret(service: Service): boolean {
  try {
    readEnvironment(service, { ...EXPORTED, AUTH_SECRET: "" });
    return true;
  } catch (error) {
    return !(error as Error).message.startsWith("AUTH_SECRET: set it");
  }
}
