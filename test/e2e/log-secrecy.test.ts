import { User } from "../../src/modules/user/user.entity.js";
import { errorOf, LOGIN, loggedIn, PASSWORD, REFRESH, signedUp, signup } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";
import { isPostgresql } from "../support/test-database.js";

const FAIL_ON_INSERT = isPostgresql
  ? [
      `create function fail() returns trigger language plpgsql as 'begin raise exception ''disk on fire''; end'`,
      "create trigger fail before insert on sessions execute function fail()",
    ]
  : ["create trigger fail before insert on sessions begin select raise(abort, 'disk on fire'); end"];

describe("the log of a server", () => {
  test("47: no password, hash or token reaches a log, also when the database fails in the middle", async () => {
    const failing = await TestApp.start();
    const { email, accessToken, refreshToken } = await signedUp(failing);
    const attempts = async () => {
      await loggedIn(failing, email).catch(() => undefined);
      await signup(failing).catch(() => undefined);
      await failing.graphql(REFRESH, { variables: { token: refreshToken }, token: accessToken });
      await failing.graphql(LOGIN, {
        variables: { input: { identifier: email, password: "a wrong password" } },
      });
    };
    const hash = (await failing.orm.em.fork().findOneOrFail(User, { email })).passwordHash;
    await attempts();
    // As an older instance meets a newer schema: PostgreSQL's complaint has the whole row in it.
    if (isPostgresql)
      await failing.execute("alter table users add constraint short check (length(email) < 3) not valid");
    await attempts();
    if (isPostgresql) await failing.execute("alter table users drop constraint short");
    for (const sql of FAIL_ON_INSERT) await failing.execute(sql);
    await attempts();
    await failing.execute("alter table sessions rename to gone");
    await attempts();
    expect(failing.logLines.filter((line) => line.includes('"error"')).length).toBeGreaterThanOrEqual(4);
    const log = failing.logLines.join("");
    for (const secret of [
      PASSWORD,
      "a wrong password",
      accessToken,
      refreshToken,
      failing.secret,
      hash,
      "argon2id",
      email,
    ]) {
      expect(log).not.toContain(secret);
    }
  });

  test("47: what a client sends cannot forge a log line", async () => {
    const logged = await TestApp.start();
    await logged.execute("alter table users rename to gone");
    const forged = '\n{"level":"info","msg":"forged"}\n';
    const variables = { input: { identifier: "ada@example.org", password: forged } };
    const query = "mutation ($input: LoginInput!) { forged: login(input: $input) { __typename } }";
    const { body } = await logged.graphql(query, { variables });
    expect(errorOf({ body })?.code).toBe("INTERNAL_SERVER_ERROR");
    for (const line of logged.logLines) expect(JSON.parse(line).msg).not.toBe("forged");
  });
});
