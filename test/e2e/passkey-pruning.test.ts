import { newId } from "../../src/lib/uuid.js";
import { pruneSpentCeremonies } from "../../src/modules/passkey/ceremonies.js";
import { SpentCeremony } from "../../src/modules/passkey/spent-ceremony.entity.js";
import { prune } from "../../src/pruning.js";
import { createAttemptLimiter } from "../../src/services.js";
import { signedUp } from "../support/journeys.js";
import { withPasskey } from "../support/passkey-journeys.js";
import { TestApp } from "../support/test-app.js";

const DAY_SECONDS = 86_400;

describe("pruning", () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
  });

  const countSpent = () => app.orm.em.fork().count(SpentCeremony);
  const clock = () => app.now;

  test("forgets that a ceremony was spent a day after its end, and no sooner", async () => {
    await withPasskey(app, await signedUp(app));
    const pruneAll = () => {
      const database = app.databaseConnection;
      return prune({
        database,
        attemptLimiter: createAttemptLimiter(database, clock),
        limits: app.config,
        clock,
      });
    };
    expect(await countSpent()).toBe(1);
    app.advanceSeconds(DAY_SECONDS + 290);
    await pruneAll();
    expect(await countSpent()).toBe(1);
    app.advanceSeconds(11);
    await pruneAll();
    expect(await countSpent()).toBe(0);
  });

  test("forgets thousands of them page by page", async () => {
    const spentAt = (seconds: number) => new SpentCeremony(newId(), new Date(app.now + seconds * 1000));
    const rows = Array.from({ length: 2103 }, (_, index) => spentAt(index < 3 ? 0 : -DAY_SECONDS - 1));
    await app.orm.em.fork().insertMany(SpentCeremony, rows);
    app.statements.length = 0;
    expect(await pruneSpentCeremonies(app.orm.em.fork(), { clock })).toBe(2100);
    expect(app.statements.filter((sql) => sql.startsWith("delete"))).toHaveLength(3);
    expect(await countSpent()).toBe(3);
  });
});
