import { jest } from "@jest/globals";
import { ProfileService } from "../../src/modules/user/profile.service.js";
import { User } from "../../src/modules/user/user.entity.js";
import { errorOf, loggedIn, login, signedUp, signup } from "../support/journeys.js";
import { NASTY_STRINGS } from "../support/nasty-strings.js";
import { readProfile, UPDATE_PROFILE, updateProfile } from "../support/profiles.js";
import { TestApp } from "../support/test-app.js";

const ADA = {
  username: "Ada.Lovelace",
  name: "Ada King, Countess of Lovelace 🦉",
  picture: "https://example.org/ada.png?size=200#face",
  phoneNumber: "+44 (0)20 7946 0000;ext=12",
  gender: "une dame",
  locale: "en-gb",
};

let usernames = 0;
const newUsername = (): string => {
  usernames += 1;
  return `Person-${usernames}`;
};

describe("updateProfile", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  /** The codes by field with which an input is refused; empty for one that is accepted. */
  async function judge(token: string, input: Readonly<Record<string, unknown>>) {
    const { fields = [] } = await updateProfile(app, token, input);
    return Object.fromEntries(fields.map(({ field, code }: Record<string, string>) => [field, code]));
  }

  test("stores every field as it was given, leaves out what is left out, and clears by null", async () => {
    const { accessToken: token, userId, email } = await signedUp(app);
    const updated = await updateProfile(app, token, ADA);
    expect(updated).toMatchObject({ __typename: "User", id: userId, ...ADA });
    expect(await readProfile(app, token)).toEqual(updated);

    const renamed = await updateProfile(app, token, { name: "Ada" });
    expect(renamed).toMatchObject({ ...ADA, name: "Ada" });
    const nothing = Object.fromEntries(Object.keys(ADA).map((field) => [field, null]));
    const cleared = await updateProfile(app, token, nothing);
    expect(cleared).toMatchObject({ __typename: "User", ...nothing });
    expect(await readProfile(app, token)).toEqual(cleared);
    expect((await app.orm.em.fork().findOneOrFail(User, { id: userId })).usernameNormalized).toBeNull();
    expect((await loggedIn(app, email)).userId).toBe(userId);
  });

  test("the new username logs in, in any letter case, and the one before is free", async () => {
    const [before, after] = [newUsername(), newUsername()];
    const { accessToken: token, userId } = await signedUp(app, { username: before });
    await updateProfile(app, token, { username: after });
    expect((await loggedIn(app, after.toUpperCase())).userId).toBe(userId);
    expect((await login(app, before)).__typename).toBe("InvalidCredentials");
    expect((await signup(app, { username: before })).__typename).toBe("AuthPayload");
  });

  test("a later field of the same request builds on what an earlier one has stored", async () => {
    const { accessToken: token } = await signedUp(app);
    const { body } = await app.graphql(
      `mutation {
        a: updateProfile(input: { name: "Ada" }) { ... on User { name gender } }
        b: updateProfile(input: { gender: "f" }) { ... on User { name gender } }
      }`,
      { token },
    );
    expect(body.data).toEqual({ a: { name: "Ada", gender: null }, b: { name: "Ada", gender: "f" } });
  });

  test("updatedAt moves when something has changed, and only then", async () => {
    const { accessToken: token } = await signedUp(app);
    const { updatedAt } = await updateProfile(app, token, ADA_WITHOUT_USERNAME);
    app.advanceSeconds(10);
    for (const unchanged of [{}, ADA_WITHOUT_USERNAME, { username: null }, { name: ADA.name }]) {
      expect((await updateProfile(app, token, unchanged)).updatedAt).toBe(updatedAt);
    }
    app.statements.length = 0;
    const changed = await updateProfile(app, token, { ...ADA_WITHOUT_USERNAME, gender: null });
    expect(Date.parse(changed.updatedAt) - Date.parse(updatedAt)).toBeGreaterThanOrEqual(10_000);
    const updates = app.statements.filter((sql) => /^update .users./.test(sql));
    expect(updates).toHaveLength(1);
    expect(updates[0]).toMatch(/set .gender. = [^,]+, .updated_at. = [^,]+ where .id. = [^,]+$/);
  });

  test("of parallel updates of different fields all survive", async () => {
    for (let round = 0; round < 5; round++) {
      const { accessToken: token } = await signedUp(app);
      const inputs = Object.entries(ADA_WITHOUT_USERNAME).map(([field, text]) => ({ [field]: text }));
      const answers = await Promise.all(inputs.map((input) => updateProfile(app, token, input)));
      for (const [i, input] of inputs.entries()) expect(answers[i]).toMatchObject(input);
      expect(await readProfile(app, token)).toMatchObject(ADA_WITHOUT_USERNAME);
      // Each was answered with the state it has left behind: the last one with all.
      expect(answers).toContainEqual(await readProfile(app, token));
    }
  });

  test("a username that is in use is TAKEN, whatever the letter case; that of one's own may change", async () => {
    const username = newUsername();
    const [owner, other] = [
      await signedUp(app, { username }),
      await signedUp(app, { username: newUsername() }),
    ];
    for (const wanted of [username, username.toUpperCase()]) {
      const refused = await updateProfile(app, other.accessToken, { username: wanted, name: "Somebody" });
      expect(refused).toMatchObject({
        __typename: "InvalidInput",
        fields: [{ field: "username", code: "TAKEN", message: "This username is taken." }],
      });
    }
    expect((await readProfile(app, other.accessToken)).name).toBeNull();
    const shouted = username.toUpperCase();
    expect(await updateProfile(app, owner.accessToken, { username: shouted })).toMatchObject({
      __typename: "User",
      username: shouted,
    });
  });

  test("of 16 who want the same username at once one gets it, and the others learn that it is TAKEN", async () => {
    const accounts = await Promise.all(Array.from({ length: 16 }, () => signedUp(app)));
    const username = newUsername();
    // All of them have looked and found it free: the unique index alone decides.
    jest.spyOn(app.orm.em.constructor.prototype, "count").mockResolvedValue(0);
    const answers = await Promise.all(
      accounts.map(({ accessToken }) => updateProfile(app, accessToken, { username })),
    );
    const winners = answers.filter(({ __typename }) => __typename === "User");
    expect(winners).toMatchObject([{ username }]);
    const losers = answers.filter(({ __typename }) => __typename !== "User");
    for (const loser of losers) expect(loser.fields).toMatchObject([{ field: "username", code: "TAKEN" }]);
  });

  test("that a username is taken is seen before the database has to refuse and log it", async () => {
    const username = newUsername();
    const [, { accessToken: token }] = [await signedUp(app, { username }), await signedUp(app)];
    app.statements.length = 0;
    expect(await judge(token, { username })).toEqual({ username: "TAKEN" });
    expect(app.statements.filter((sql) => /^update .users./.test(sql))).toEqual([]);
  });

  test("an account that is deleted meanwhile is answered with UNAUTHENTICATED", async () => {
    const { accessToken: token, userId } = await signedUp(app);
    const update = ProfileService.prototype.update;
    jest.spyOn(ProfileService.prototype, "update").mockImplementationOnce(async function (
      this: ProfileService,
      ...args
    ) {
      await app.orm.em.fork().nativeDelete(User, { id: userId });
      return update.apply(this, args);
    });
    const answer = await app.graphql(UPDATE_PROFILE, { variables: { input: ADA_WITHOUT_USERNAME }, token });
    expect(errorOf(answer)).toEqual({ code: "UNAUTHENTICATED", reason: "SESSION_REVOKED" });
  });

  test("all faults of the form are told together, each with a sentence, and nothing is changed", async () => {
    const { accessToken: token } = await signedUp(app);
    const before = await readProfile(app, token);
    const input = {
      username: "x",
      name: "x".repeat(201),
      picture: "javascript:alert(1)",
      phoneNumber: "call me",
      gender: "\u0000",
      locale: "en_US",
    };
    const refused = await updateProfile(app, token, input);
    expect(refused).toMatchObject({ __typename: "InvalidInput", code: "INVALID_INPUT" });
    expect(refused.fields).toEqual([
      { field: "username", code: "TOO_SHORT", message: "Use at least 3 characters." },
      { field: "name", code: "TOO_LONG", message: "Use at most 200 characters." },
      { field: "picture", code: "MALFORMED", message: expect.stringMatching(/https:\/\/example.org/) },
      { field: "phoneNumber", code: "MALFORMED", message: expect.stringMatching(/\+49/) },
      { field: "gender", code: "MALFORMED", message: expect.stringMatching(/control/) },
      { field: "locale", code: "MALFORMED", message: expect.stringMatching(/pt-BR/) },
    ]);
    expect(await judge(token, { name: "fine", locale: "" })).toEqual({ locale: "REQUIRED" });
    expect(await readProfile(app, token)).toEqual(before);
  });

  test("46: any string in any field is no 5xx, and what is stored comes back exactly", async () => {
    const { accessToken: token } = await signedUp(app);
    for (const text of NASTY_STRINGS) {
      for (const field of Object.keys(ADA)) {
        const before = await readProfile(app, token);
        const answer = await app.graphql(UPDATE_PROFILE, { variables: { input: { [field]: text } }, token });
        expect([answer.status, errorOf(answer)]).toEqual([200, undefined]);
        const result = answer.body.data.updateProfile;
        const isStored = result.__typename === "User";
        if (!isStored) expect(result.fields).toMatchObject([{ field }]);
        expect((await readProfile(app, token))[field]).toBe(isStored ? text : before[field]);
      }
    }
    expect(await readProfile(app, token)).toMatchObject({
      name: expect.any(String),
      gender: expect.any(String),
    });
  });
});

const { username: _, ...ADA_WITHOUT_USERNAME } = ADA;
