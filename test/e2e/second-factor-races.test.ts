import { askAtOnce, startInstances } from "../support/at-once.js";
import { logInWith, reauthenticate } from "../support/factor-journeys.js";
import { typesOf } from "../support/guesses.js";
import { type Account, PASSWORD, signedUp } from "../support/journeys.js";
import { codeAt, totpOn } from "../support/second-factor.js";
import type { TestApp } from "../support/test-app.js";

const ROUNDS = 50;
const AT_ONCE = 16;
const ONE_OF_ALL = { AuthPayload: 1, InvalidCode: AT_ONCE - 1 };

/** So that nobody is delayed for their number. */
const ROOM = { LOGIN_ATTEMPTS_PER_ACCOUNT: "1000", HASH_QUEUE: "500" };

describe("16 at once with one code", () => {
  let apps: readonly [TestApp, ...TestApp[]];
  let app: TestApp;

  beforeAll(async () => {
    apps = await startInstances(ROOM);
    [app] = apps;
  });

  const advanceSeconds = (seconds: number): void => {
    for (const instance of apps) instance.advanceSeconds(seconds);
  };

  const atOnce = <Result>(work: (instance: TestApp, index: number) => Promise<Result>): Promise<Result[]> =>
    askAtOnce(apps, AT_ONCE, work);

  test("36: of an authenticator app: one is let in, in every round", async () => {
    const account = await signedUp(app);
    const { secret } = await totpOn(app, account);
    for (let round = 0; round < ROUNDS; round++) {
      advanceSeconds(30);
      const code = codeAt(secret, app.now);
      const answers = await atOnce((instance) => logInWith(instance, account, { code }));
      expect([round, typesOf(answers)]).toEqual([round, ONE_OF_ALL]);
    }
  });

  test("37: of the recovery codes: one is let in, in every round", async () => {
    let account: Account | undefined;
    let codes: readonly string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      if (account === undefined || codes.length === 0) {
        account = await signedUp(app);
        codes = (await totpOn(app, account)).recoveryCodes;
      }
      const [code = "", ...rest] = codes;
      codes = rest;
      const owner = account;
      const answers = await atOnce((instance) => logInWith(instance, owner, { code }));
      expect([round, typesOf(answers)]).toEqual([round, ONE_OF_ALL]);
    }
  });

  test("36: half of them to log in, half to prove who is there: one of all", async () => {
    const account = await signedUp(app);
    const { secret } = await totpOn(app, account);
    for (let round = 0; round < ROUNDS / 5; round++) {
      advanceSeconds(30);
      const code = codeAt(secret, app.now);
      const answers = await atOnce((instance, index) =>
        index % 2 === 0
          ? logInWith(instance, account, { code })
          : reauthenticate(instance, account.accessToken, { password: PASSWORD, code }),
      );
      expect([round, typesOf(answers).InvalidCode]).toEqual([round, AT_ONCE - 1]);
    }
  });
});
