import { User } from "../../../src/modules/user/user.entity.js";
import { loggedIn, login, PASSWORD, refresh, signedUp, signup } from "../../support/journeys.js";
import { TestApp } from "../../support/test-app.js";

describe("statements on PostgreSQL", () => {
  test("47: carry no address, hash or name: what a failing one leaves in the log of the database is harmless", async () => {
    const app = await TestApp.start();
    const name = "O'Hara \\ $1 ?";
    const { email, refreshToken, userId } = await signedUp(app, { username: "ohara", name });
    const headers = { "user-agent": "An agent of note" };
    await login(app, email, "a wrong password");
    await loggedIn(app, "ohara", { headers });
    await refresh(app, refreshToken, { headers });
    // Now and then both find the address free, and one fails at the unique index.
    const rival = { email: `rival.${email}`, password: PASSWORD };
    const answers = await Promise.all([signup(app, rival), signup(app, rival)]);
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual(["AuthPayload", "InvalidInput"]);
    expect(app.statements.filter((sql) => /insert into "users"/.test(sql)).length).toBeGreaterThan(1);
    for (const secret of ["$argon2id$v=", email, "ohara", "O'Hara", "O''Hara", "An agent of note", userId]) {
      expect(app.statements.filter((sql) => sql.includes(secret))).toEqual([]);
    }
    expect((await app.orm.em.fork().findOneOrFail(User, { id: userId })).name).toBe(name);
  });
});
