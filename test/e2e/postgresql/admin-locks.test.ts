import pg from "pg";
import { administer, onlyAdmins, signedUpAdmin } from "../../support/administration.js";
import { type Account, errorOf, loggedIn, signedUp, stateOf } from "../../support/journeys.js";
import { ask } from "../../support/mail-journeys.js";
import { updateProfile } from "../../support/profiles.js";
import { TestApp } from "../../support/test-app.js";

describe("while administrators are busy with each other", () => {
  let app: TestApp;
  let admin: Account;
  let busy: pg.Client;

  beforeAll(async () => {
    app = await TestApp.start();
    [admin] = (await onlyAdmins(app, 1)) as [Account];
    busy = new pg.Client({ connectionString: app.database.url });
    await busy.connect();
  });

  beforeEach(async () => {
    await busy.query("begin");
    await busy.query("select id from users where role = 'ADMIN' for update");
  });

  afterEach(async () => {
    await busy.query("rollback");
  });

  afterAll(() => busy.end());

  test("nobody else waits for them, not even to delete their account", async () => {
    const user = await signedUp(app);
    const { accessToken: token } = await loggedIn(app, user.email);
    expect(await updateProfile(app, token, { name: "Ada" })).toMatchObject({ name: "Ada" });
    expect(await stateOf(app, admin.accessToken)).toBe("alive");
    expect((await ask(app, "deleteAccount", {}, { token })).body).toEqual({ data: { result: true } });
  });

  test("an administrator who wants to go waits, and is told when it takes too long", async () => {
    const { accessToken: token, userId: id } = await signedUpAdmin(app);
    const answers = await Promise.all([
      ask(app, "deleteAccount", {}, { token }),
      administer(app, { token, id }, "deleteUser"),
    ]);
    expect(answers.map((answer) => errorOf(answer)?.code)).toEqual(Array(2).fill("SERVICE_UNAVAILABLE"));
    expect(await stateOf(app, token)).toBe("alive");
  });
});
