import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { parseDurationMs } from "./dockerfile.js";

/** What our files use of a service. Anything else is a typing error, or has to be thought about here. */
const SERVICE_KEYS = (
  "build cap_drop configs depends_on environment healthcheck image logging ports " +
  "pull_policy read_only restart security_opt stop_grace_period tmpfs volumes"
).split(" ");

export interface Service {
  readonly build?: string;
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly healthcheck?: Readonly<Record<string, unknown>>;
  readonly stop_grace_period?: string;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly configs?: readonly { readonly source: string }[];
}

interface ComposeContent {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes?: object;
  readonly configs?: object;
}

/** A compose file, read as Docker Compose reads it as far as ours go. */
export class ComposeFile {
  readonly #content: ComposeContent;

  constructor(readonly path: string) {
    this.#content = parse(readFileSync(path, "utf8"), { merge: true }) as ComposeContent;
  }

  get services(): readonly [string, Service][] {
    return Object.entries(this.#content.services);
  }

  /** The services that run the image, whether they build it or not. */
  servicesOf(image: string): Service[] {
    return this.services.map(([, service]) => service).filter((service) => service.image === image);
  }

  /** What is wrong with it whatever runs in its containers, in words. */
  findFaults(): string[] {
    return this.services.flatMap(([name, service]) => [
      ...Object.keys(service)
        .filter((key) => !SERVICE_KEYS.includes(key))
        .map((key) => `${name}: ${key} is not known`),
      ...this.#findMissing(service).map((missing) => `${name}: there is no ${missing}`),
      ...findBadDurations(service).map((text) => `${name}: ${text} is not a duration`),
    ]);
  }

  /** Everything that the service refers to and that is not there. */
  #findMissing(service: Service): string[] {
    const { services, volumes, configs } = this.#content;
    const dependencies = Array.isArray(service.depends_on)
      ? service.depends_on
      : Object.keys(service.depends_on ?? {});
    const folder = resolve(dirname(this.path), service.build ?? ".");
    return [
      ...dependencies.filter((name) => !(name in services)).map((name) => `service ${name}`),
      ...(service.volumes ?? [])
        .map((volume) => volume.split(":")[0] ?? "")
        .filter((name) => !(name in (volumes ?? {})))
        .map((name) => `volume ${name}`),
      ...(service.configs ?? [])
        .filter(({ source }) => !(source in (configs ?? {})))
        .map(({ source }) => `config ${source}`),
      ...(service.build === undefined || existsSync(join(folder, "Dockerfile"))
        ? []
        : [`Dockerfile in ${service.build}`]),
    ];
  }
}

function findBadDurations({ healthcheck, stop_grace_period }: Service): string[] {
  const { interval, timeout, start_period } = healthcheck ?? {};
  const texts = [stop_grace_period, interval, timeout, start_period].filter((text) => text !== undefined);
  return texts.map(String).filter((text) => {
    try {
      parseDurationMs(text);
      return false;
    } catch {
      return true;
    }
  });
}

/**
 * ${NAME:?message} and ${NAME:-default}, the only forms our files use.
 *
 * @throws with the message, where a variable that is required is missing
 */
export function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\$(?:\{(\w+):([?-])([^}]*)\}|.?)/g, (whole, name, operator, rest) => {
    if (name === undefined) throw new Error(`Not known here: ${whole} in ${text}`);
    const value = variables[name] ?? "";
    if (value !== "") return value;
    if (operator === "?") throw new Error(`${name}: ${rest}`);
    return rest;
  });
}
