import { randomUUID } from "node:crypto";
import { User } from "../../src/modules/user/user.entity.js";
import { Role } from "../../src/modules/user/user.types.js";
import { deedsOnRecord, signedUpAdmin, storedUser, updateUser } from "../support/administration.js";
import { type Account, login, newEmail, signedUp, signup } from "../support/journeys.js";
import { result, startWithMailbox, tokenOf, verifyEmail } from "../support/mail-journeys.js";
import { NASTY_STRINGS } from "../support/nasty-strings.js";
import { updateProfile } from "../support/profiles.js";
import { TestApp } from "../support/test-app.js";

const PROFILE = {
  username: "Ada.Lovelace",
  name: "Ada Lovelace",
  picture: "https://example.org/ada.png",
  phoneNumber: "+44 20 7946 0000",
  gender: "female",
  locale: "en-GB",
};

const fieldsOf = ({ fields }: { readonly fields: readonly { field: string; code: string }[] }) =>
  fields.map(({ field, code }) => `${field}: ${code}`);

describe("updateUser", () => {
  let app: TestApp;
  let admin: Account;
  let user: Account;

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await signedUpAdmin(app);
  });

  beforeEach(async () => {
    user = await signedUp(app);
  });

  const change = (input: Readonly<Record<string, unknown>>, id = user.userId) =>
    updateUser(app, admin.accessToken, { id, ...input });

  test("changes everything that it names, at once", async () => {
    const everything = { ...PROFILE, role: "ADMIN", status: "DISABLED", emailVerified: true };
    app.advanceSeconds(1);
    const { __typename, updatedAt, ...answer } = await change(everything);
    expect({ __typename, ...answer }).toEqual({
      __typename: "User",
      id: user.userId,
      email: user.email,
      ...everything,
    });
    const stored = await storedUser(app, user);
    expect(stored).toMatchObject({ ...everything, usernameNormalized: "ada.lovelace" });
    expect(stored.updatedAt.toISOString()).toBe(updatedAt);
    expect(stored.updatedAt.getTime()).toBeGreaterThan(stored.createdAt.getTime());
    expect((await deedsOnRecord(app, admin, user)).sort()).toEqual([
      "EMAIL_VERIFIED",
      "PROFILE_UPDATED",
      "ROLE_CHANGED",
      "STATUS_CHANGED",
    ]);
    await change({ username: null, role: "USER" });
  });

  test("leaves what is left out as it is, and clears a field of the profile by null", async () => {
    await change({ ...PROFILE, username: null, emailVerified: true });
    const before = await storedUser(app, user);
    await change({ gender: null });
    expect(await storedUser(app, user)).toEqual({ ...before, gender: null, updatedAt: expect.any(Date) });
    await change(Object.fromEntries(Object.keys(PROFILE).map((field) => [field, null])));
    const { username, name, picture, phoneNumber, gender, locale, ...rest } = await storedUser(app, user);
    expect([username, name, picture, phoneNumber, gender, locale]).toEqual(Array(6).fill(null));
    expect(rest).toMatchObject({ role: "USER", status: "ACTIVE", emailVerified: true });
  });

  test("what is so already is no change, and not on record", async () => {
    const before = await storedUser(app, user);
    app.advanceSeconds(1);
    const same = { name: null, role: "USER", status: "ACTIVE", emailVerified: false };
    expect(await change(same)).toMatchObject({ __typename: "User", role: "USER" });
    expect(await change({})).toMatchObject({ __typename: "User" });
    expect(await storedUser(app, user)).toEqual(before);
    expect(await deedsOnRecord(app, admin, user)).toEqual([]);
  });

  test.each([
    [{ name: "Ada" }, "PROFILE_UPDATED"],
    [{ emailVerified: true }, "EMAIL_VERIFIED"],
    [{ role: "ADMIN" }, "ROLE_CHANGED"],
    [{ status: "DISABLED" }, "STATUS_CHANGED"],
  ])("%j is on record once as %s, with who did it", async (input, type) => {
    await change(input);
    await change(input);
    expect(await deedsOnRecord(app, admin, user)).toEqual([type]);
    await change({ role: "USER" });
  });

  test("an address that is taken for unverified again is an update of the profile, one with other fields", async () => {
    await change({ emailVerified: true });
    await change({ emailVerified: false, name: "Ada" });
    expect(await deedsOnRecord(app, admin, user)).toEqual(["EMAIL_VERIFIED", "PROFILE_UPDATED"]);
  });

  test("null for what an account always has is refused, with everything else that is wrong", async () => {
    const answer = await change({
      role: null,
      status: null,
      emailVerified: null,
      username: "a",
      locale: "?",
    });
    expect(answer).toMatchObject({ __typename: "InvalidInput", code: "INVALID_INPUT" });
    expect(fieldsOf(answer).sort()).toEqual([
      "emailVerified: REQUIRED",
      "locale: MALFORMED",
      "role: REQUIRED",
      "status: REQUIRED",
      "username: TOO_SHORT",
    ]);
  });

  test("one wrong field, and none is changed", async () => {
    const before = await storedUser(app, user);
    for (const wrong of [{ picture: "javascript:alert(1)" }, { status: null }]) {
      const answer = await change({ name: "Ada", role: "ADMIN", emailVerified: true, ...wrong });
      expect(answer.__typename).toBe("InvalidInput");
    }
    expect(await storedUser(app, user)).toEqual(before);
  });

  test("a taken username shows as updateProfile shows it, and nothing is changed; so in a race", async () => {
    const { username } = await storedUser(
      app,
      await signedUp(app, { username: `u${randomUUID().slice(0, 8)}` }),
    );
    const answer = await change({ username: username?.toUpperCase(), role: "ADMIN" });
    expect(fieldsOf(answer)).toEqual(["username: TAKEN"]);
    expect(answer.fields).toEqual((await updateProfile(app, user.accessToken, { username })).fields);
    const wanted = `r${randomUUID().slice(0, 8)}`;
    const rivals = await Promise.all([signedUp(app), signedUp(app), signedUp(app)]);
    const answers = await Promise.all(
      rivals.map(({ userId }) => change({ username: wanted, emailVerified: true }, userId)),
    );
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual([
      "InvalidInput",
      "InvalidInput",
      "User",
    ]);
    const verified = await app.orm.em
      .fork()
      .count(User, { id: { $in: rivals.map(({ userId }) => userId) }, emailVerified: true });
    expect(verified).toBe(1);
    expect((await storedUser(app, user)).role).toBe("USER");
  });

  test.each([randomUUID(), ...NASTY_STRINGS])("an account that is not there is NOT_FOUND: %j", async (id) => {
    const answer = await change({ role: "ADMIN", name: "Nobody" }, id);
    expect(fieldsOf(answer)).toEqual(["id: NOT_FOUND"]);
  });

  test("one that was deleted is not there", async () => {
    await app.orm.em.fork().nativeDelete(User, { id: user.userId });
    expect(fieldsOf(await change({ name: "Late" }))).toEqual(["id: NOT_FOUND"]);
  });

  test("a disabled account can be changed, and enabled", async () => {
    await change({ status: "DISABLED" });
    expect(await change({ name: "Ada" })).toMatchObject({ name: "Ada", status: "DISABLED" });
    expect(await change({ status: "ACTIVE" })).toMatchObject({ name: "Ada", status: "ACTIVE" });
    expect((await login(app, user.email)).__typename).toBe("AuthPayload");
  });

  test("changes of different fields at once both survive", async () => {
    for (let round = 0; round < 5; round++) {
      const name = `Name ${round}`;
      const locale = round % 2 ? "de" : "fr";
      await Promise.all([
        change({ name }),
        change({ locale }),
        updateProfile(app, user.accessToken, { gender: name }),
      ]);
      expect(await storedUser(app, user)).toMatchObject({ name, locale, gender: name });
    }
  });
});

describe("emailVerified", () => {
  test("false has the owner verify the address before the next login, true lets them in", async () => {
    const { app, mailbox } = await startWithMailbox({ EMAIL_VERIFICATION: "required" });
    const verified = async () => {
      const email = newEmail();
      await signup(app, { email });
      await verifyEmail(app, tokenOf(await mailbox.next(email)));
      return { email, ...(await login(app, email)) };
    };
    const [admin, user] = [await verified(), await verified()];
    await app.orm.em.fork().nativeUpdate(User, { id: admin.user.id }, { role: Role.ADMIN });
    const set = (emailVerified: boolean) =>
      updateUser(app, admin.accessToken, { id: user.user.id, emailVerified });
    expect(await set(false)).toMatchObject({ emailVerified: false });
    expect((await login(app, user.email)).__typename).toBe("EmailNotVerified");
    await result(app, "requestEmailVerification", { email: user.email });
    const again = await mailbox.next(user.email, /\/verify-email\?/);
    expect(await verifyEmail(app, tokenOf(again))).toMatchObject({ email: user.email });
    expect((await login(app, user.email)).__typename).toBe("AuthPayload");
    await set(false);
    await set(true);
    expect((await login(app, user.email)).__typename).toBe("AuthPayload");
  });
});
