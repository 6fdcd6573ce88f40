import { SealedBox } from "../../../src/lib/sealed-box.js";
import { SecretKeys } from "../../../src/lib/secret-keys.js";
import { createSigningKey } from "../../../src/modules/token/signing-keys.js";
import { User } from "../../../src/modules/user/user.entity.js";
import { Role, UserStatus } from "../../../src/modules/user/user.types.js";
import { decodePart } from "../../support/forge.js";
import {
  type Account,
  loggedIn,
  login,
  newEmail,
  refresh,
  signedUp,
  signup,
  stateOf,
} from "../../support/journeys.js";
import { TestApp } from "../../support/test-app.js";

describe("two instances over one database", () => {
  let one: TestApp;
  let two: TestApp;

  beforeAll(async () => {
    one = await TestApp.start();
    two = await one.startAnother();
  });

  const advanceBoth = (seconds: number) => {
    for (const app of [one, two]) app.advanceSeconds(seconds);
  };
  const logout = "mutation ($token: String) { logout(refreshToken: $token) }";

  test("50: of 20 signups with one address, half at each, exactly one wins", async () => {
    const email = newEmail();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => signup(i % 2 ? one : two, { email })),
    );
    expect(answers.filter(({ __typename }) => __typename === "AuthPayload")).toHaveLength(1);
    expect(answers.filter(({ fields }) => fields?.[0]?.code === "TAKEN")).toHaveLength(19);
  });

  test("19: 50 parallel refreshes with one token, half at each: one step, one successor", async () => {
    const account = await signedUp(one);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => refresh(i % 2 ? one : two, account.refreshToken)),
    );
    expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    expect(await one.database.ask("select generation from sessions where id = ?", account.sessionId)).toEqual(
      [{ generation: 2 }],
    );
  });

  test("19: an answer of one that was lost is recovered at the other", async () => {
    const account = await signedUp(one);
    const lost = await refresh(one, account.refreshToken);
    expect((await refresh(two, account.refreshToken)).refreshToken).toBe(lost.refreshToken);
  });

  test("18: a spent token that comes back at the other ends the session at both", async () => {
    const account = await signedUp(one);
    const next = await refresh(one, account.refreshToken);
    advanceBoth(11);
    expect(await refresh(two, account.refreshToken)).toMatchObject({ reason: "USED" });
    expect(await refresh(one, next.refreshToken)).toMatchObject({ reason: "REVOKED" });
    expect(await stateOf(one, next.accessToken)).toBe("SESSION_REVOKED");
  });

  test.each<[string, (account: Account) => Promise<unknown>]>([
    ["logged out", ({ refreshToken }) => two.graphql(logout, { variables: { token: refreshToken } })],
    [
      "disabled",
      ({ userId: id }) => two.orm.em.fork().nativeUpdate(User, { id }, { status: UserStatus.DISABLED }),
    ],
    ["deleted", ({ userId: id }) => two.orm.em.fork().nativeDelete(User, { id })],
  ])(
    "22: an access token that one knows well fails there at once when its user was %s at the other",
    async (_, end) => {
      const account = await signedUp(one);
      expect(await stateOf(one, account.accessToken)).toBe("alive");
      await end(account);
      expect(await stateOf(one, account.accessToken)).toBe("SESSION_REVOKED");
      expect(await refresh(one, account.refreshToken)).toMatchObject({ reason: "REVOKED" });
    },
  );

  test("22: a demotion at one takes effect at the other", async () => {
    const account = await signedUp(one);
    await two.orm.em.fork().nativeUpdate(User, { id: account.userId }, { role: Role.ADMIN });
    const roleAt = async (app: TestApp) =>
      (await app.graphql("{ me { role } }", { token: account.accessToken })).body.data.me.role;
    expect(await roleAt(one)).toBe("ADMIN");
    await two.orm.em.fork().nativeUpdate(User, { id: account.userId }, { role: Role.USER });
    expect(await roleAt(one)).toBe("USER");
  });

  test("53: a key made by one is known to the other with its first token, and signs everywhere after a reload", async () => {
    const old = await TestApp.start();
    const account = await signedUp(old);
    const box = new SealedBox(new SecretKeys(old.secret));
    await createSigningKey(old.orm.em.fork(), box, {
      algorithm: "ES256",
      sequence: 2,
      now: new Date(old.now),
    });
    const young = await old.startAnother();
    const fromYoung = await loggedIn(young, account.email);
    expect(decodePart(fromYoung.accessToken, 0).kid).not.toBe(decodePart(account.accessToken, 0).kid);
    expect(await stateOf(old, fromYoung.accessToken)).toBe("alive");
    expect(await stateOf(young, account.accessToken)).toBe("alive");
    const later = await refresh(old, account.refreshToken);
    expect(decodePart(later.accessToken, 0).kid).toBe(decodePart(fromYoung.accessToken, 0).kid);
  });

  test("31: what an instance signs before it learns that its key was replaced is good until it expires", async () => {
    const late = await TestApp.start();
    const account = await signedUp(late);
    const box = new SealedBox(new SecretKeys(late.secret));
    await createSigningKey(late.orm.em.fork(), box, {
      algorithm: "ES256",
      sequence: 2,
      now: new Date(late.now),
    });
    late.advanceSeconds(90);
    const signedLate = await loggedIn(late, account.email);
    expect(decodePart(signedLate.accessToken, 0).kid).toBe(decodePart(account.accessToken, 0).kid);
    const young = await late.startAnother();
    young.advanceSeconds(90 + 890);
    expect(await stateOf(young, signedLate.accessToken)).toBe("alive");
    young.advanceSeconds(20);
    expect(await stateOf(young, signedLate.accessToken)).toBe("TOKEN_EXPIRED");
  });

  test("27: a token of an unknown key is INVALID_TOKEN also where the keys in the database cannot be read", async () => {
    const alone = await TestApp.start();
    const { accessToken } = await signedUp(alone);
    const [, payload, signature] = accessToken.split(".");
    const header = Buffer.from(JSON.stringify({ alg: "ES256", typ: "at+jwt", kid: "unknown" })).toString(
      "base64url",
    );
    await alone.execute("delete from signing_keys");
    expect(await stateOf(alone, `${header}.${payload}.${signature}`)).toBe("INVALID_TOKEN");
    expect(await stateOf(alone, accessToken)).toBe("alive");
  });

  test("27: tokens of unknown keys do not make an instance ask the database again and again", async () => {
    const { accessToken } = await signedUp(one);
    const [, payload, signature] = accessToken.split(".");
    const header = Buffer.from(JSON.stringify({ alg: "ES256", typ: "at+jwt", kid: "unknown" })).toString(
      "base64url",
    );
    advanceBoth(60);
    one.statements.length = 0;
    for (let i = 0; i < 20; i++)
      expect(await stateOf(one, `${header}.${payload}.${signature}`)).toBe("INVALID_TOKEN");
    expect(one.statements.filter((sql) => sql.includes("signing_keys"))).toHaveLength(1);
  });

  test("53: AUTH_SECRET is rotated instance by instance, with everybody refreshing at each in turn, and nobody is logged out", async () => {
    const [oldSecret, newSecret] = [
      "an-old-secret-of-at-least-32-bytes",
      "a-new-secret-of-at-least-32-bytes!",
    ];
    const first = await TestApp.start({ AUTH_SECRET: oldSecret });
    const accounts = await Promise.all(Array.from({ length: 8 }, () => signedUp(first)));
    const tokens = new Map(accounts.map(({ email, refreshToken }) => [email, refreshToken]));
    // Step 1: every instance accepts the new secret. Step 2: every instance uses it. Step 3: the old one goes.
    const steps = [
      { AUTH_SECRET: oldSecret, AUTH_SECRET_PREVIOUS: newSecret },
      { AUTH_SECRET: newSecret, AUTH_SECRET_PREVIOUS: oldSecret },
      { AUTH_SECRET: newSecret },
    ];
    let running = [first, await first.startAnother()];
    for (const environment of steps) {
      for (const index of [0, 1]) {
        running = running.with(index, await first.startAnother(environment));
        for (const { email } of accounts) {
          for (const app of running) {
            const next = await refresh(app, tokens.get(email) ?? "");
            expect(next.__typename).toBe("AuthPayload");
            tokens.set(email, next.refreshToken);
            for (const other of running) expect(await stateOf(other, next.accessToken)).toBe("alive");
          }
        }
      }
    }
    expect((await login(running[0] as TestApp, accounts[0]?.email ?? "")).__typename).toBe("AuthPayload");
  });
});
