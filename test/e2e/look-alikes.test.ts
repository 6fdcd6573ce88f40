import { User } from "../../src/modules/user/user.entity.js";
import { login, signedUp, signup } from "../support/journeys.js";
import { readVectors } from "../support/repository.js";
import { TestApp } from "../support/test-app.js";

interface IsEmailVectors {
  readonly tests: readonly { readonly address: string; readonly category: string }[];
}

describe("an address", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  const countAccounts = (): Promise<number> => app.orm.em.fork().count(User);

  test.each([
    ["mike.pascal@example.org", "mıke.pascal@example.org"],
    ["mike.pascal@example.org", "mi\u212ae.paſcal@example.org"],
    ["mike.pascal@example.org", "mike.pаscal@example.org"],
    ["mike.pascal@example.org", "MİKE.PΑSCΑL@EXAMPLE.ORG"],
    ["mike.pascal@example.org", "ｍｉｋｅ.pascal@example.org"],
    ["mike.pascal@example.org", "mike.pascal@ехаmрlе.org"],
    ["mike.pascal@example.org", "mike.pascal@xn--ml-6kctd8d6a.org"],
    ["coco@example.org", "сосо@example.org"],
    ["tom@example.org", "ТОМ@example.org"],
    ["вера@пример.example", "bepa@пример.example"],
    ["jürgen@bücher.example", "jürgеn@büchеr.example"],
  ])("%s that is taken cannot register as %s, nor logs that in anybody else", async (taken, lookAlike) => {
    await signup(app, { email: taken });
    const before = await countAccounts();
    expect(await signup(app, { email: lookAlike })).toMatchObject({
      __typename: "InvalidInput",
      fields: [{ field: "email", code: "TAKEN" }],
    });
    expect((await login(app, lookAlike)).user.email).toBe(taken);
    expect(await login(app, lookAlike, "not the password of it")).toMatchObject({
      code: "INVALID_CREDENTIALS",
    });
    expect(await countAccounts()).toBe(before);
  });

  test("of 12 parallel signups with look-alikes of one address exactly one wins", async () => {
    const emails = ["scope@race.example", "ѕсоре@race.example", "SCΟPE@race.example", "sⅽope@rасе.example"];
    const answers = await Promise.all(
      [...emails, ...emails, ...emails].map((email) => signup(app, { email })),
    );
    expect(answers.filter(({ __typename }) => __typename === "AuthPayload")).toHaveLength(1);
    expect(answers.filter(({ fields }) => fields?.[0]?.code === "TAKEN")).toHaveLength(11);
  });

  test.each([
    "Jürgen.Müller@Bücher.example",
    "用户@例え.テスト",
    "вадим@пример.рф",
    "Ada.Lovelace+news@Example.org",
    "משה@דוגמה.example",
    "ṧo̧phie@example.org",
    "ﬁona@example.org",
  ])("%s registers, comes back as typed and logs in", async (email) => {
    expect((await signedUp(app, { email })).email).toBe(email);
    expect((await login(app, email)).user.email).toBe(email);
    expect(await app.orm.em.fork().count(User, { email })).toBe(1);
  });

  test("is refused at signup wherever the isemail vectors call it an error", async () => {
    const before = await countAccounts();
    const { tests } = readVectors<IsEmailVectors>("isemail-vectors.json");
    for (const { address } of tests.filter(({ category }) => category === "ISEMAIL_ERR")) {
      const { __typename, fields } = await signup(app, { email: address });
      const code = address === "" ? "REQUIRED" : "MALFORMED";
      expect([address, __typename, fields]).toMatchObject([
        address,
        "InvalidInput",
        [{ field: "email", code }],
      ]);
    }
    expect(await countAccounts()).toBe(before);
  });

  test.each(["\u212aate", "ſam", "pаul", "οlga", "ｊｏｅ", "mıke", "аdа", "ada\u0301", "ad\u200ba"])(
    "%j is no username, whose ever it looks like",
    async (username) => {
      expect(await signup(app, { username })).toMatchObject({
        __typename: "InvalidInput",
        fields: [{ field: "username", code: "MALFORMED" }],
      });
    },
  );
});
