import { secondsToMs } from "../../src/lib/clock.js";
import { runCli } from "../support/cli-process.js";
import { decodePart } from "../support/forge.js";
import { FastTime } from "./fast-time.js";
import { inMs, type Report, Tally } from "./figures.js";
import { GraphqlClient } from "./graphql-client.js";
import { JwksService } from "./jwks-service.js";
import type { Setting } from "./program.js";
import { Stage } from "./stage.js";
import { type IssuedToken, Visitors } from "./visitors.js";

/** The faster, the sooner it is over, and the less a stall of this machine may last. */
const RATE = { short: 150, full: 40 };
const ROTATIONS = { short: 3, full: 8 };
const BETWEEN_ROTATIONS_SECONDS = 60;
const ACCESS_TOKEN_SECONDS = 300;
/** As `rotate-keys` and the key ring have it. */
const [PUBLISH_AHEAD_SECONDS, OVERLAP_SECONDS, RELOAD_SECONDS] = [600, 120, 90];
const VISITORS = 30;
const SERVICES = 8;
const SERVICE_INTERVAL_MS = 20;

interface Play {
  readonly stage: Stage;
  readonly time: FastTime;
  readonly visitors: Visitors;
  readonly urls: readonly string[];
  readonly report: Report;
}

/** The signing key is rotated again and again by the command, while the servers run and everybody is at it. */
export async function rotateSigningKeys(setting: Setting, report: Report): Promise<void> {
  const time = new FastTime(setting.short ? RATE.short : RATE.full);
  const stage = await Stage.open(setting, {
    ...time.environment,
    ACCESS_TOKEN_SECONDS: String(ACCESS_TOKEN_SECONDS),
    REFRESH_GRACE_SECONDS: "300",
  });
  const places = setting.kind === "postgresql" ? [1, 2] : [1];
  const started = await Promise.all(places.map(() => stage.startServer()));
  const urls = started.map(({ server }) => server.url);
  const clients = urls.map((url) => new GraphqlClient(url));
  for (const client of clients) setting.scope.defer(() => client.close());
  const visitors = new Visitors({ clients, clock: time.now });
  setting.scope.defer(() => visitors.stop());
  const play: Play = { stage, time, visitors, urls, report };
  await rotateAhead(setting, play);
  await rotateLeaked(play);
  await visitors.stop();
  report.figure("answered", visitors.answered);
  report.check("there was traffic", visitors.answered.of("refresh") > 10 * VISITORS, visitors.answered.total);
  report.checkNone("errors", visitors.errors.names);
  report.checkNone("sessions lost", visitors.lost, ` of ${visitors.count}`);
}

async function rotateAhead(setting: Setting, play: Play): Promise<void> {
  const { visitors, time, report, urls } = play;
  const rotations = setting.rounds ?? (setting.short ? ROTATIONS.short : ROTATIONS.full);
  const signed = new Tally();
  const services = watchTokens(setting, play, signed);
  await visitors.arrive(VISITORS);
  visitors.start();
  const firstKeys = await kidsOf(urls[0]);
  await rotate(play);
  const firstRotatedAt = time.now();
  for (let rotation = 1; rotation < rotations; rotation++) {
    await time.passSeconds(BETWEEN_ROTATIONS_SECONDS);
    await rotate(play);
  }
  const lastRotatedAt = time.now();
  // Until the last key has signed for a while, and the last token of the first one has expired.
  await time.reach(lastRotatedAt + secondsToMs(PUBLISH_AHEAD_SECONDS + RELOAD_SECONDS));
  const lifetime = PUBLISH_AHEAD_SECONDS + ACCESS_TOKEN_SECONDS + OVERLAP_SECONDS;
  await time.reach(firstRotatedAt + secondsToMs(lifetime));
  await services.stop();
  report.figure("keys rotated while the servers run", `${rotations} times, time x ${time.rate}`);
  report.figure("tokens by key, in order", signed);
  report.check("every key has signed", signed.names.length === rotations + 1, signed.names.length);
  report.figure(`tokens at ${SERVICES} services with a cached JWKS`, services.verdicts());
  report.check("they verified many", services.verdicts().of("verified") > 1000);
  report.checkNone("tokens with a key they did not know", services.unknownKeys());
  report.checkNone("tokens they found wrong", Array(services.verdicts().of("wrong signature")).fill("one"));
  const others = visitors.refusals.names.filter((reason) => reason !== "TOKEN_EXPIRED");
  report.figure("me refused, and again after a refresh", visitors.refusals);
  report.checkNone("me refused other than for its time", others);
  const left = (await Promise.all(urls.map((url) => kidsOf(url)))).flat();
  const isGone = firstKeys.every((kid) => !left.includes(kid));
  report.check("the first key is not published any more", isGone, `${left.length / urls.length} are`);
}

/** Ends what was signed before; clients get over it by refreshing, and no session ends. */
async function rotateLeaked({ stage, time, visitors, report, urls }: Play): Promise<void> {
  await rotate({ stage }, "--leaked");
  await time.passSeconds(RELOAD_SECONDS);
  const kids = new Set((await Promise.all(urls.map((url) => kidsOf(url)))).flat());
  report.check("--leaked leaves one key, everywhere", kids.size === 1, kids.size);
  await visitors.allRefreshed();
  report.check(
    "it refused tokens of the others",
    visitors.refusals.of("INVALID_TOKEN") > 0,
    visitors.refusals,
  );
  report.figure("longest time until me worked again", inMs(visitors.longestRecoveryMs));
}

async function rotate({ stage }: Pick<Play, "stage">, ...args: string[]): Promise<void> {
  const { code, stderr } = await runCli(["rotate-keys", ...args], { environment: stage.serverEnvironment });
  if (code !== 0) throw new Error(`rotate-keys failed: ${stderr}`);
}

/** Each token is verified by a service as it is issued, and good ones of before all the time. */
function watchTokens(setting: Setting, { visitors, time, urls }: Play, signed: Tally) {
  const services = Array.from(
    { length: SERVICES },
    (_, index) => new JwksService({ urls, clock: time.now, firstShare: (index + 1) / SERVICES }),
  );
  const pending = new Set<Promise<void>>();
  const look = (service: JwksService | undefined, issued: IssuedToken | undefined): void => {
    if (service === undefined || issued === undefined) return;
    const looking = service.verify(issued).finally(() => pending.delete(looking));
    pending.add(looking);
  };
  let turn = 0;
  visitors.onToken = (issued) => {
    signed.add(String(decodePart(issued.token, 0).kid).slice(0, 6));
    look(services[turn++ % SERVICES], issued);
  };
  const timer = setInterval(() => {
    const good = visitors.goodTokens;
    for (const service of services) look(service, good[Math.floor(Math.random() * good.length)]);
  }, SERVICE_INTERVAL_MS);
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    visitors.onToken = () => {};
    await Promise.all(pending);
  };
  setting.scope.defer(stop);
  return { stop, verdicts: () => sumOf(services), unknownKeys: () => services.flatMap((s) => s.unknownKeys) };
}

function sumOf(services: readonly JwksService[]): Tally {
  const sum = new Tally();
  for (const { verdicts } of services) for (const name of verdicts.names) sum.add(name, verdicts.of(name));
  return sum;
}

async function kidsOf(url = ""): Promise<string[]> {
  const response = await fetch(`${url}/.well-known/jwks.json`);
  return ((await response.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
}
