import { User } from "../../src/modules/user/user.entity.js";
import { Role } from "../../src/modules/user/user.types.js";
import {
  activeAdmins,
  administer,
  eventsOf,
  onlyAdmins,
  signedUpAdmin,
  storedUser,
  updateUser,
} from "../support/administration.js";
import { type Account, errorOf, signedUp, stateOf } from "../support/journeys.js";
import { ask } from "../support/mail-journeys.js";
import { meanwhile } from "../support/meanwhile.js";
import { TestApp } from "../support/test-app.js";

const LAST_ADMIN = { code: "FORBIDDEN", reason: "LAST_ADMIN" };

describe("the last active administrator", () => {
  let app: TestApp;
  let last: Account;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  beforeEach(async () => {
    [last] = (await onlyAdmins(app, 1)) as [Account];
  });

  afterEach(async () => {
    expect(await stateOf(app, last.accessToken)).toBe("alive");
    expect(await activeAdmins(app)).toEqual([last.userId]);
  });

  test.each([
    [{ role: "USER" }, ["role"]],
    [{ status: "DISABLED" }, ["status"]],
    [{ role: "USER", status: "DISABLED", name: "Nobody" }, ["role", "status"]],
    [{ role: "ADMIN", status: "DISABLED" }, ["status"]],
  ])("is not changed by %j", async (input, fields) => {
    const before = await storedUser(app, last);
    const answer = await updateUser(app, last.accessToken, { id: last.userId, ...input });
    expect(answer).toMatchObject({
      __typename: "InvalidInput",
      fields: fields.map((field) => ({ field, code: "LAST_ADMIN" })),
    });
    expect(answer.fields[0].message).toMatch(/make somebody else one first/);
    expect(await storedUser(app, last)).toEqual(before);
    expect((await eventsOf(app, last)).map(({ type }) => type)).toEqual(["SIGNED_UP"]);
  });

  test("may change everything else of their own", async () => {
    const { accessToken: token, userId: id } = last;
    const input = { name: "Ada", emailVerified: true, role: "ADMIN", status: "ACTIVE" };
    expect(await updateUser(app, token, { id, ...input })).toMatchObject({ __typename: "User", ...input });
  });

  test("is deleted neither by deleteUser nor by deleteAccount, which say what to do", async () => {
    const { accessToken: token, userId: id } = last;
    for (const answer of [
      await administer(app, { token, id }, "deleteUser"),
      await ask(app, "deleteAccount", {}, { token }),
    ]) {
      expect(errorOf(answer)).toEqual(LAST_ADMIN);
      expect(answer.body.errors?.[0]?.message).toMatch(/make somebody else one first, by `updateUser`/);
    }
  });

  test("a disabled administrator does not count", async () => {
    const other = await signedUpAdmin(app);
    await updateUser(app, last.accessToken, { id: other.userId, status: "DISABLED" });
    const { accessToken: token, userId: id } = last;
    expect(await updateUser(app, token, { id, role: "USER" })).toMatchObject({ __typename: "InvalidInput" });
    expect(errorOf(await ask(app, "deleteAccount", {}, { token }))).toEqual(LAST_ADMIN);
  });

  test("a disabled administrator can be demoted and deleted", async () => {
    const { accessToken: token } = last;
    const [one, two] = [await signedUpAdmin(app), await signedUpAdmin(app)];
    for (const { userId: id } of [one, two]) await updateUser(app, token, { id, status: "DISABLED" });
    expect(await updateUser(app, token, { id: one.userId, role: "USER" })).toMatchObject({ role: "USER" });
    const deleted = await administer(app, { token, id: two.userId }, "deleteUser");
    expect(deleted.body).toEqual({ data: { result: true } });
  });

  test("is whoever is made one while they delete their account", async () => {
    const user = await signedUp(app);
    meanwhile(async () => {
      const em = app.orm.em.fork();
      await em.nativeUpdate(User, { role: Role.ADMIN }, { role: Role.USER });
      await em.nativeUpdate(User, { id: user.userId }, { role: Role.ADMIN });
    });
    const answer = await ask(app, "deleteAccount", {}, { token: user.accessToken });
    expect(errorOf(answer)).toEqual(LAST_ADMIN);
    last = user;
  });

  test("with another one beside them, anything goes", async () => {
    const [one, two, three] = [await signedUpAdmin(app), await signedUpAdmin(app), await signedUpAdmin(app)];
    expect(await updateUser(app, one.accessToken, { id: one.userId, status: "DISABLED" })).toMatchObject({
      status: "DISABLED",
    });
    const deleted = await administer(app, { token: two.accessToken, id: two.userId }, "deleteUser");
    expect(deleted.body).toEqual({ data: { result: true } });
    const own = await ask(app, "deleteAccount", {}, { token: three.accessToken });
    expect(own.body).toEqual({ data: { result: true } });
  });
});
