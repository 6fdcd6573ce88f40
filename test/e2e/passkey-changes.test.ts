import { inTransaction } from "../../src/context.js";
import { Passkey } from "../../src/modules/passkey/passkey.entity.js";
import { PasskeyService } from "../../src/modules/passkey/passkey.service.js";
import { Session } from "../../src/modules/session/session.entity.js";
import { User } from "../../src/modules/user/user.entity.js";
import { type Account, errorOf, signedUp } from "../support/journeys.js";
import { meanwhile } from "../support/meanwhile.js";
import { NASTY_STRINGS } from "../support/nasty-strings.js";
import { askPasskeys, passkeysOf, register } from "../support/passkey-journeys.js";
import { eventTypesOf } from "../support/security-log.js";
import { TestApp } from "../support/test-app.js";

const UNKNOWN_IDS = ["", "none", "00000000-0000-7000-8000-000000000000", ...NASTY_STRINGS];
const LAST_WAY_IN = { code: "FORBIDDEN", reason: "LAST_WAY_IN" };

describe("passkeys are renamed and removed", () => {
  let app: TestApp;
  let beside: TestApp;
  let account: Account;

  beforeAll(async () => {
    app = await TestApp.startDurable();
    beside = await app.startAnother();
  });

  beforeEach(async () => {
    account = await signedUp(app);
  });

  const add = async (owner = account): Promise<string> => (await register(app, owner)).id;
  const rename = (id: string, name: string) =>
    askPasskeys(app, "rename", { ...account, variables: { id, name } });
  const remove = (id: string, instance = app) =>
    askPasskeys(instance, "remove", { ...account, variables: { id } });
  const dropPassword = () =>
    app.orm.em.fork().nativeUpdate(User, { id: account.userId }, { passwordHash: null });
  const eventsAfterwards = async () => (await eventTypesOf(app, account.userId)).slice(1);

  test("one gets another name, long after the login, and nothing else changes", async () => {
    const id = await add();
    const [before] = await passkeysOf(app, account);
    app.advanceSeconds(app.config.recentLoginSeconds);
    const name = "🦉".repeat(100);
    expect((await rename(id, name)).body.data.result).toEqual({ ...before, name });
    expect(await passkeysOf(app, account)).toEqual([{ ...before, name }]);
    app.advanceSeconds(-app.config.recentLoginSeconds);
  });

  test.each(["", "  ", "a\u0000b", "a\u2028\u0085b", "\ud800", "x".repeat(101)])(
    "not the name %j",
    async (name) => {
      const id = await add();
      expect(errorOf(await rename(id, name))).toEqual({ code: "BAD_USER_INPUT" });
      expect(await passkeysOf(app, account)).toMatchObject([{ name: "Passkey" }]);
    },
  );

  test("another's is answered like one that does not exist, and stays as it is", async () => {
    const owner = await signedUp(app);
    const id = await add(owner);
    for (const foreign of [id, ...UNKNOWN_IDS]) {
      expect((await rename(foreign, "Mine")).body).toEqual({ data: { result: null } });
      expect((await remove(foreign)).body).toEqual({ data: { result: false } });
    }
    expect(await passkeysOf(app, owner)).toMatchObject([{ id, name: "Passkey" }]);
    expect(await eventsAfterwards()).toEqual([]);
  });

  test("one is removed, once however often at once", async () => {
    const [id, other] = [await add(), await add()];
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => remove(id, index % 2 === 0 ? app : beside)),
    );
    expect(answers.filter(({ body }) => body.data.result === true)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.data.result === false)).toHaveLength(7);
    expect(await passkeysOf(app, account)).toMatchObject([{ id: other }]);
    expect(await eventsAfterwards()).toEqual(["PASSKEY_ADDED", "PASSKEY_ADDED", "PASSKEY_REMOVED"]);
  });

  test("the last one, too, where there is a password", async () => {
    expect((await remove(await add())).body.data.result).toBe(true);
    expect(await passkeysOf(app, account)).toEqual([]);
  });

  test("the last way in stays, and the one before it goes", async () => {
    const [one, two] = [await add(), await add()];
    await dropPassword();
    expect((await remove(one)).body.data.result).toBe(true);
    expect(errorOf(await remove(two))).toEqual(LAST_WAY_IN);
    expect((await remove(one)).body.data.result).toBe(false);
    expect(await passkeysOf(app, account)).toMatchObject([{ id: two }]);
    expect((await eventsAfterwards()).filter((type) => type === "PASSKEY_REMOVED")).toHaveLength(1);
  });

  test("one remains of those that are removed at once, on two instances, in 5 rounds", async () => {
    for (let round = 0; round < 5; round++) {
      account = await signedUp(app);
      const ids = [await add(), await add(), await add(), await add()];
      await dropPassword();
      const answers = await Promise.all(ids.map((id, index) => remove(id, index % 2 === 0 ? app : beside)));
      expect(answers.filter((answer) => errorOf(answer)?.reason === "LAST_WAY_IN")).toHaveLength(1);
      expect(await passkeysOf(app, account)).toHaveLength(1);
    }
  });

  test("22: a session that was ended meanwhile removes nothing", async () => {
    const id = await add();
    meanwhile(() => app.orm.em.fork().nativeDelete(Session, { id: account.sessionId }));
    expect(errorOf(await remove(id))).toEqual({ code: "UNAUTHENTICATED", reason: "SESSION_REVOKED" });
    expect(await app.orm.em.fork().count(Passkey, { user: account.userId })).toBe(1);
  });

  test("all of an account are counted and dropped without a word, and nobody else's", async () => {
    const other = await signedUp(app);
    for (const owner of [account, account, other]) await add(owner);
    const passkeys = new PasskeyService(app.config, {} as never);
    const ctx = { em: app.orm.em.fork(), client: { ipAddress: null, userAgent: null } };
    expect(await passkeys.countOf(ctx, account.userId)).toBe(2);
    expect(await inTransaction(ctx, (tx) => passkeys.dropAll(tx, { id: account.userId }))).toBe(2);
    expect(await passkeys.countOf(ctx, account.userId)).toBe(0);
    expect(await passkeysOf(app, other)).toHaveLength(1);
    expect(await eventsAfterwards()).toEqual(["PASSKEY_ADDED", "PASSKEY_ADDED"]);
  });

  test("an account that goes takes them along", async () => {
    await add();
    await app.graphql("mutation { deleteAccount }", { token: account.accessToken });
    expect(await app.orm.em.fork().count(Passkey, { user: account.userId })).toBe(0);
  });
});
