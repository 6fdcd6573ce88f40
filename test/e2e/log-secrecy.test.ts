import { User } from "../../src/modules/user/user.entity.js";
import { errorOf, LOGIN, loggedIn, PASSWORD, REFRESH, signedUp, signup } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";

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
    const execute = (sql: string) => failing.orm.em.getConnection().execute(sql);
    const hash = (await failing.orm.em.fork().findOneOrFail(User, { email })).passwordHash;
    await attempts();
    await execute(
      "create trigger fail before insert on sessions begin select raise(abort, 'disk on fire'); end",
    );
    await attempts();
    await execute("drop table sessions");
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
    await logged.orm.em.getConnection().execute("drop table users");
    const forged = '\n{"level":"info","msg":"forged"}\n';
    const variables = { input: { identifier: "ada@example.org", password: forged } };
    const query = "mutation ($input: LoginInput!) { forged: login(input: $input) { __typename } }";
    const { body } = await logged.graphql(query, { variables });
    expect(errorOf({ body })?.code).toBe("INTERNAL_SERVER_ERROR");
    for (const line of logged.logLines) expect(JSON.parse(line).msg).not.toBe("forged");
  });
});
