import { randomBytes } from "node:crypto";
import { relative } from "node:path";
import { inMs, type Report } from "../faults/figures.js";
import { GraphqlClient } from "../faults/graphql-client.js";
import { LOGIN, PASSWORD, SIGNUP } from "../support/journeys.js";
import { findFreePort } from "../support/local-port.js";
import { Container, canChangeUser } from "./container.js";
import type { Stage } from "./stage.js";

/** What Docker itself grants before it kills. */
const STOP_PATIENCE_MS = 10_000;

/** A place for the data that is not the user's own. */
const FOREIGN = { DATABASE_URL: "sqlite:dist/latchkey.db", AUTH_SECRET: "x".repeat(32) };

const EMAIL = "ada@example.org";

/** Runs the image: first start, sign-up, commands, stop, and a second start on the same data. */
export async function checkRunning(image: Stage, nodeFolder: string, report: Report): Promise<void> {
  const port = await findFreePort();
  const container = new Container(image, nodeFolder, {
    PORT: String(port),
    PUBLIC_URL: "http://latchkey.test",
    AUTH_SECRET: randomBytes(48).toString("base64"),
  });
  const client = new GraphqlClient(`http://127.0.0.1:${port}`);
  checkRefusalWithoutSecret(new Container(image, nodeFolder, {}), report);
  checkWritable(container, image, report);
  if (canChangeUser) checkRefusalOfForeignFolder(new Container(image, nodeFolder, FOREIGN), report);

  report.check("the health check fails while nothing runs", runHealthCheck(container, image) === 1);
  const first = await container.start(client.url);
  const { value: account } = await client.send(SIGNUP, { input: { email: EMAIL, password: PASSWORD } });
  report.check("signs up", account?.__typename === "AuthPayload", account?.__typename);
  report.check("the health check passes", runHealthCheck(container, image) === 0);
  checkCommands(container, report);
  await checkStop(container, first, report);
  report.check("the health check fails after it", runHealthCheck(container, image) === 1);

  const second = await container.start(client.url);
  const { value } = await client.send(LOGIN, { input: { identifier: EMAIL, password: PASSWORD } });
  report.check("logs in after a second start", value?.user.id === account?.user.id, value?.__typename);
  const me = await client.send("{ me { email } }", {}, account?.accessToken);
  report.check("the first start's token is still good", me.value?.email === EMAIL, me.code);
  await checkStop(container, second, report);
  client.close();
  const frightening = findFrighteningLines(container.output);
  const starts = frightening.filter((line) => line.includes("SMTP_URL is not set"));
  report.check("each start says that it cannot send mail", starts.length === 2, starts.length);
  report.checkNone(
    "its log has no error and no stack",
    frightening.filter((line) => !starts.includes(line)),
  );
}

/** Production, as the image is: nothing generates a secret that the next container would not have. */
function checkRefusalWithoutSecret(container: Container, report: Report): void {
  const { status, stderr } = container.execute(["node", "dist/server/main.js"]);
  const isTold = stderr.includes("AUTH_SECRET is required");
  report.check("does not start without AUTH_SECRET, and says so", status === 1 && isTold, status);
}

/** What a mounted folder is that somebody else has made. */
function checkRefusalOfForeignFolder(container: Container, report: Report): void {
  const { status, stdout } = container.execute(["node", "dist/server/main.js"]);
  const isTold = stdout.includes("cannot be written") && !stdout.includes('"stack"');
  report.check("does not start on a folder of somebody else's, and says so", status === 1 && isTold, status);
}

function checkWritable(container: Container, image: Stage, report: Report): void {
  if (!canChangeUser) {
    report.figure("NOT CHECKED, as it needs root", "that the image's user can write to data/ only");
    return;
  }
  const found = container.execute(["/usr/bin/find", image.root, "-writable", "!", "-type", "l"]);
  const writable = found.stdout.split("\n").filter((path) => path !== "");
  const places = writable.map((path) => relative(image.root, path));
  report.check("may write to data/", places.includes("app/data"));
  const others = places.filter((place) => place !== "app/data" && !/^tmp(\/|$)/.test(place));
  report.checkNone("may write to nothing else", others);
}

function runHealthCheck(container: Container, { healthCheck }: Stage): number | null {
  if (healthCheck === undefined) throw new Error("The image has no HEALTHCHECK");
  return container.execute(healthCheck.command, healthCheck.timeoutMs).status;
}

function checkCommands(container: Container, report: Report): void {
  for (const command of ["cli/cli.js --help", "cli/cli.js prune", "cli/migrate.js"]) {
    const [file, ...words] = `dist/src/${command}`.split(" ");
    const { status, stderr } = container.execute(["node", file ?? "", ...words]);
    report.check(`node dist/src/${command}`, status === 0, status === 0 ? "" : stderr);
  }
}

async function checkStop(
  container: Container,
  child: Awaited<ReturnType<Container["start"]>>,
  report: Report,
): Promise<void> {
  const { code, ms } = await container.stop(child);
  report.check("SIGTERM ends it in order", code === 0 && ms < STOP_PATIENCE_MS, `${code}, ${inMs(ms)}`);
}

function findFrighteningLines(output: string): string[] {
  const lines = output.split("\n").filter((line) => line !== "");
  return lines.filter((line) => !line.includes('"level":"info"') || line.includes('"stack"'));
}
