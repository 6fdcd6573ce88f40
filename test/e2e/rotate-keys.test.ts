import { KEYS_RELOAD_SECONDS } from "../../src/jobs.js";
import { PUBLISH_AHEAD_SECONDS } from "../../src/modules/token/key-rotation.js";
import { SigningKey } from "../../src/modules/token/signing-key.entity.js";
import { runCli } from "../support/cli-process.js";
import { decodePart, encode } from "../support/forge.js";
import { loggedIn, refresh, signedUp, stateOf } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";

describe("rotate-keys", () => {
  const rotate = (app: TestApp, args: readonly string[] = [], environment: Record<string, string> = {}) =>
    runCli(["rotate-keys", ...args], {
      environment: { DATABASE_URL: app.database.url, AUTH_SECRET: app.secret, ...environment },
    });

  async function rotated(app: TestApp, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await rotate(app, args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return /^new key (\S+) \(/.exec(stdout)?.[1] ?? "";
  }

  /** A running instance reads the keys anew every minute or so; a token of an unknown key has it done now. */
  async function reloadKeys(app: TestApp): Promise<void> {
    app.advanceSeconds(6);
    const header = encode({ alg: "ES256", typ: "at+jwt", kid: "unknown" });
    expect(await stateOf(app, `${header}.${encode({})}.${encode("signature")}`)).toBe("INVALID_TOKEN");
  }

  const kidOf = (accessToken: string) => decodePart(accessToken, 0).kid;
  const kidsOf = async (app: TestApp): Promise<string[]> => {
    const response = await fetch(`${app.url}/.well-known/jwks.json`);
    return ((await response.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
  };
  const signingKidOf = async (app: TestApp, email: string) => kidOf((await loggedIn(app, email)).accessToken);

  test("31: a new key is published at once and signs ten minutes later by the clock, without a restart", async () => {
    const app = await TestApp.startDurable();
    const account = await signedUp(app);
    const old = kidOf(account.accessToken);
    const made = await rotated(app);
    await reloadKeys(app);
    expect(await kidsOf(app)).toEqual([made, old]);
    expect(await signingKidOf(app, account.email)).toBe(old);
    app.advanceSeconds(580);
    expect(await signingKidOf(app, account.email)).toBe(old);
    // Started now, another instance goes by the same times.
    const other = await app.startAnother();
    expect(await signingKidOf(other, account.email)).toBe(old);
    app.advanceSeconds(15);
    const { accessToken } = await refresh(app, account.refreshToken);
    expect(kidOf(accessToken)).toBe(made);
    expect(await stateOf(app, account.accessToken)).toBe("alive");
    other.advanceSeconds(6 + 580 + 15);
    expect(await signingKidOf(other, account.email)).toBe(made);
    expect(await stateOf(other, accessToken)).toBe("alive");
  });

  test("31: a new key waits longer than any cached JWKS lives and any instance takes to read it", async () => {
    const app = await TestApp.start();
    const { headers } = await fetch(`${app.url}/.well-known/jwks.json`);
    const [, maxAgeSeconds] = /max-age=(\d+)/.exec(headers.get("cache-control") ?? "") ?? [];
    const reloadSeconds = 1.5 * KEYS_RELOAD_SECONDS;
    expect(PUBLISH_AHEAD_SECONDS).toBeGreaterThanOrEqual(Number(maxAgeSeconds) + reloadSeconds + 120);
  });

  test("31: the old key stays until the last token that it signed has expired", async () => {
    const app = await TestApp.startDurable();
    const account = await signedUp(app);
    const old = kidOf(account.accessToken);
    const made = await rotated(app);
    await reloadKeys(app);
    app.advanceSeconds(585);
    const last = await loggedIn(app, account.email);
    expect(kidOf(last.accessToken)).toBe(old);
    app.advanceSeconds(895);
    expect(await stateOf(app, last.accessToken)).toBe("alive");
    const late = await app.startAnother();
    late.advanceSeconds(6 + 585 + 895);
    expect(await stateOf(late, last.accessToken)).toBe("alive");
    expect(await kidsOf(app)).toEqual([made, old]);
    app.advanceSeconds(140);
    expect(await kidsOf(app)).toEqual([made]);
  });

  test("31: of two that follow each other closely none goes unpublished, and the later one signs in the end", async () => {
    const app = await TestApp.startDurable();
    const { email, accessToken } = await signedUp(app);
    const all = [await rotated(app), await rotated(app)].reverse().concat(String(kidOf(accessToken)));
    await reloadKeys(app);
    expect(await kidsOf(app)).toEqual(all);
    expect(await signingKidOf(app, email)).toBe(kidOf(accessToken));
    app.advanceSeconds(600);
    expect(await signingKidOf(app, email)).toBe(all[0]);
    expect(await kidsOf(app)).toEqual(all);
  });

  test("31: a key that waits never signs once JWT_ALGORITHM was changed, and what was signed before stays good", async () => {
    const app = await TestApp.startDurable();
    const account = await signedUp(app);
    const waiting = await rotated(app);
    const rsa = await app.startAnother({ JWT_ALGORITHM: "RS256" });
    const isRs256 = async () =>
      decodePart((await loggedIn(rsa, account.email)).accessToken, 0).alg === "RS256";
    expect(await isRs256()).toBe(true);
    rsa.advanceSeconds(601);
    expect(await isRs256()).toBe(true);
    expect(await stateOf(rsa, account.accessToken)).toBe("alive");
    expect(await kidsOf(rsa)).toEqual([expect.any(String), waiting, kidOf(account.accessToken)]);
    rsa.advanceSeconds(420);
    expect(await kidsOf(rsa)).toHaveLength(1);
  });

  test("31: --now signs with the new key as soon as it is known; one that waited never signs", async () => {
    const app = await TestApp.startDurable();
    const account = await signedUp(app);
    const waiting = await rotated(app);
    const made = await rotated(app, "--now");
    await reloadKeys(app);
    expect(await signingKidOf(app, account.email)).toBe(made);
    expect(await stateOf(app, account.accessToken)).toBe("alive");
    app.advanceSeconds(700);
    expect(await signingKidOf(app, account.email)).toBe(made);
    expect(await kidsOf(app)).toEqual([made, waiting, kidOf(account.accessToken)]);
  });

  test("53: --leaked ends the tokens of all other keys, also those an instance knows well, and no session", async () => {
    const app = await TestApp.startDurable();
    const account = await signedUp(app);
    await rotated(app);
    expect(await stateOf(app, account.accessToken)).toBe("alive");
    const made = await rotated(app, "--leaked");
    await reloadKeys(app);
    expect(await stateOf(app, account.accessToken)).toBe("INVALID_TOKEN");
    expect(await kidsOf(app)).toEqual([made]);
    const next = await refresh(app, account.refreshToken);
    expect(kidOf(next.accessToken)).toBe(made);
    expect(await stateOf(app, next.accessToken)).toBe("alive");
  });

  test("of several at once each makes a key or says that another did", async () => {
    const app = await TestApp.startDurable();
    const results = await Promise.all(Array.from({ length: 4 }, () => rotate(app)));
    const refused = results.filter(({ code }) => code !== 0);
    for (const { stderr } of refused) expect(stderr).toMatch(/^Another key was made at this very moment/);
    const keys = await app.orm.em.fork().find(SigningKey, {}, { orderBy: { sequence: "asc" } });
    expect(keys.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 1 + results.length - refused.length }, (_, i) => i + 1),
    );
  });

  test("makes no key that the servers could not open or would not use", async () => {
    const app = await TestApp.startDurable();
    const refusals = [
      await rotate(app, [], { AUTH_SECRET: "another-secret-of-at-least-32-bytes" }),
      await rotate(app, ["--leaked"], { AUTH_SECRET: "another-secret-of-at-least-32-bytes" }),
      await rotate(app, ["--leaked"], {
        AUTH_SECRET: "a-new-secret-of-more-than-32-bytes-no-server-has",
        AUTH_SECRET_PREVIOUS: app.secret,
      }),
      await rotate(app, [], { AUTH_SECRET: "" }),
      await rotate(app, [], { JWT_ALGORITHM: "RS256" }),
      await rotate(app, ["--leaked"], { JWT_ALGORITHM: "HS256" }),
    ];
    expect(refusals.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(refusals.map(({ stderr }) => stderr.trimEnd().split("\n"))).toEqual([
      [expect.stringContaining("AUTH_SECRET cannot decrypt the signing keys")],
      [expect.stringContaining("AUTH_SECRET cannot decrypt the signing keys")],
      [expect.stringContaining("Restart the servers with this environment first")],
      [expect.stringContaining("There is no AUTH_SECRET, and no data/auth-secret in this folder")],
      [expect.stringContaining("JWT_ALGORITHM is RS256 here, and the newest signing key is one for ES256")],
      ["With JWT_ALGORITHM=HS256 there is no key pair: rotate AUTH_SECRET instead."],
    ]);
    expect(await app.orm.em.fork().count(SigningKey)).toBe(1);
    await app.orm.em.fork().nativeDelete(SigningKey, {});
    expect((await rotate(app)).stderr).toMatch(/^There is no signing key to rotate yet/);
  });

  test("tells the ids of the keys and their times", async () => {
    const app = await TestApp.startDurable();
    const { accessToken } = await signedUp(app);
    const lines = (await rotate(app)).stdout.trimEnd().split("\n");
    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
    expect(lines[0]).toMatch(
      new RegExp(`^new key \\S{43} \\(ES256\\): published, signs from ${time}, in 10 minutes$`),
    );
    expect(lines[1]).toMatch(
      new RegExp(`^old key ${kidOf(accessToken)} \\(ES256\\): signs until ${time}, published until ${time}$`),
    );
    const [from = 0, until = 0] = [...(lines[1] ?? "").matchAll(new RegExp(time, "g"))].map(([text]) =>
      Date.parse(text),
    );
    expect(until - from).toBe(1_020_000);
    expect((await rotate(app, ["--leaked"])).stdout).toContain("Sessions stay");
  });
});
