import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { ServerProcess } from "../support/server-process.js";
import type { Report } from "./figures.js";
import { GraphqlClient } from "./graphql-client.js";
import type { Setting } from "./program.js";
import { RoundRobinProxy } from "./round-robin-proxy.js";
import { Stage } from "./stage.js";
import { Visitors } from "./visitors.js";

const ROUNDS = { short: 1, full: 5 };
const VISITORS = 30;
const POLL_MS = 20;
/** What a restart may show to a client, who tries again: the proxy and the server refuse, a connection breaks. */
const RETRIED = /^(SERVICE_UNAVAILABLE|HTTP_502|HTTP_503|NO_ANSWER:.*)$/;

type Secrets = Readonly<Record<string, string>>;

const newSecret = (): string => randomBytes(48).toString("base64");

/** As the README says. The last step, which comes after SESSION_IDLE_SECONDS there, waits for the last refresh here. */
function stepsOf({ kind, short }: Setting, before: string, after: string): readonly Secrets[] {
  const accepting = { AUTH_SECRET: before, AUTH_SECRET_PREVIOUS: after };
  const using = { AUTH_SECRET: after, AUTH_SECRET_PREVIOUS: before };
  if (kind === "sqlite") return [using, { AUTH_SECRET: after }];
  return short ? [accepting, using] : [accepting, using, { AUTH_SECRET: after }];
}

/** AUTH_SECRET is rotated by restarts: of one server on SQLite, of one after another on PostgreSQL. */
export async function rotateSecrets(setting: Setting, report: Report): Promise<void> {
  const stage = await Stage.open(setting);
  const rounds = setting.rounds ?? (setting.short ? ROUNDS.short : ROUNDS.full);
  let secret = newSecret();
  const fleet = await Fleet.start(setting, stage, { AUTH_SECRET: secret });
  const client = new GraphqlClient(fleet.proxy.url);
  setting.scope.defer(() => client.close());
  const visitors = new Visitors({ clients: [client], clock: Date.now });
  setting.scope.defer(() => visitors.stop());
  await visitors.arrive(VISITORS);
  visitors.start();
  for (let round = 0; round < rounds; round++) {
    const next = newSecret();
    for (const secrets of stepsOf(setting, secret, next)) {
      await visitors.allRefreshed();
      await fleet.restart(secrets);
    }
    await visitors.allRefreshed();
    secret = next;
  }
  await visitors.stop();
  report.figure("AUTH_SECRET rotated, and servers restarted for it", `${rounds} and ${fleet.restarts} times`);
  report.figure("answered meanwhile", visitors.answered);
  report.figure("tried again", visitors.errors);
  report.checkNone("sessions lost", visitors.lost, ` of ${visitors.count}`);
  report.checkNone("me refused", visitors.refusals.names);
  const others = visitors.errors.names.filter((code) => !RETRIED.test(code));
  report.checkNone("errors that a restart does not explain", others);
}

/** Servers behind a proxy, restarted one by one. */
class Fleet {
  restarts = 0;

  private constructor(
    private readonly stage: Stage,
    private readonly servers: ServerProcess[],
    readonly proxy: RoundRobinProxy,
  ) {}

  static async start(setting: Setting, stage: Stage, secrets: Secrets): Promise<Fleet> {
    const places = setting.kind === "postgresql" ? [1, 2] : [1];
    const servers = await Promise.all(places.map(() => startServer(stage, secrets)));
    setting.scope.defer(() => {
      for (const server of fleet.servers) server.kill("SIGKILL");
    });
    const urls = servers.map(({ url }) => url);
    const fleet = new Fleet(stage, servers, await RoundRobinProxy.listen(urls, setting.scope));
    return fleet;
  }

  /** The next one only when the one before is back. */
  async restart(secrets: Secrets): Promise<void> {
    for (const [place, server] of this.servers.entries()) {
      server.kill("SIGTERM");
      await server.exit;
      const successor = await startServer(this.stage, secrets);
      this.servers[place] = successor;
      this.restarts += 1;
      const backend = this.proxy.backends[place];
      if (backend === undefined) throw new Error("The proxy knows no such server");
      backend.url = successor.url;
      while (!backend.isUp) await delay(POLL_MS);
    }
  }
}

async function startServer(stage: Stage, secrets: Secrets): Promise<ServerProcess> {
  const server = await ServerProcess.start(stage.folder, { ...stage.serverEnvironment, ...secrets });
  if (server.url === "") throw new Error(`The server did not start:\n${server.output}`);
  return server;
}
