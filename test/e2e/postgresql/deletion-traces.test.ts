import pg from "pg";
import { eventually } from "../../support/eventually.js";
import { login, signedUp } from "../../support/journeys.js";
import { eventTypesOf } from "../../support/security-log.js";
import { TestApp } from "../../support/test-app.js";

const WAITING =
  "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";

describe("while an account is being deleted", () => {
  test("a login that fails waits for it, and is no longer one at the account", async () => {
    const app = await TestApp.start();
    const { userId, email } = await signedUp(app);
    const deleting = new pg.Client({ connectionString: app.database.url });
    await deleting.connect();
    try {
      await deleting.query("begin");
      await deleting.query("delete from users where id = $1", [userId]);
      const failing = login(app, email, "a wrong password");
      const isAnswered = failing.then(() => true);
      const isWaiting = eventually(async () => (await deleting.query(WAITING)).rowCount === 1 || undefined);
      await Promise.race([isWaiting, isAnswered]);
      await deleting.query("commit");
      expect((await failing).__typename).toBe("InvalidCredentials");
    } finally {
      await deleting.end();
    }
    expect(await eventTypesOf(app, userId)).toEqual(["SIGNED_UP"]);
    expect(await eventTypesOf(app, null)).toEqual(["LOGIN_FAILED"]);
  });
});
