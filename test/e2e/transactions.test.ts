import { transact } from "../../src/database/transaction.js";
import { User } from "../../src/modules/user/user.entity.js";
import { signedUp } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";

describe("a transaction that is begun anew", () => {
  test("51: writes nothing of what the attempt before had in mind", async () => {
    const app = await TestApp.startDurable();
    const { userId } = await signedUp(app);
    const em = app.orm.em.fork();
    // Already known to the request, as after a look-up.
    await em.findOneOrFail(User, userId);
    let attempts = 0;
    await transact(em, async (tx) => {
      attempts += 1;
      const user = await tx.findOneOrFail(User, userId);
      if (attempts > 1) return;
      user.name = "as the first attempt would have it";
      throw Object.assign(new Error("could not serialize access"), { code: "40001" });
    });
    expect(attempts).toBe(2);
    expect(await app.database.ask("select name from users where id = ?", userId)).toEqual([{ name: null }]);
  });
});
