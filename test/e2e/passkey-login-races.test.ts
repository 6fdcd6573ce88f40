import { askAtOnce, startInstances } from "../support/at-once.js";
import { Authenticator } from "../support/authenticator.js";
import { reauthenticate } from "../support/factor-journeys.js";
import { typesOf } from "../support/guesses.js";
import { signedUp } from "../support/journeys.js";
import { addPasskey, finishPasskeyLogin, logInByPasskey, startCeremony } from "../support/passkey-logins.js";
import type { TestApp } from "../support/test-app.js";

const ROUNDS = 50;
const AT_ONCE = 16;

/** So that nobody is delayed for their number. */
const ROOM = { LOGIN_ATTEMPTS_PER_ACCOUNT: "1000", LOGIN_ATTEMPTS_PER_IP: "1000000" };

describe("16 at once with one challenge", () => {
  let apps: readonly [TestApp, ...TestApp[]];
  let app: TestApp;

  beforeAll(async () => {
    apps = await startInstances(ROOM);
    [app] = apps;
  });

  const atOnce = <Result>(work: (instance: TestApp, index: number) => Promise<Result>): Promise<Result[]> =>
    askAtOnce(apps, AT_ONCE, work);

  test.each([
    ["does not count", false, ROUNDS],
    ["counts", true, ROUNDS / 5],
  ])(
    "38: of a login, by an authenticator that %s: one is let in, in every round",
    async (_name, isCounting, rounds) => {
      const { accessToken } = await signedUp(app);
      const { authenticator } = await addPasskey(app, accessToken, new Authenticator({ isCounting }));
      for (let round = 0; round < rounds; round++) {
        const { ceremonyId, options } = await startCeremony(app, "startPasskeyLogin");
        // The same answer sixteen times, or sixteen answers: the challenge is one.
        const shared = authenticator.answer(options);
        const answers = await atOnce((instance, index) =>
          finishPasskeyLogin(instance, {
            ceremonyId,
            response: index % 2 === 0 ? shared : authenticator.answer(options),
          }),
        );
        expect([round, typesOf(answers)]).toEqual([round, { AuthPayload: 1, InvalidPasskey: AT_ONCE - 1 }]);
      }
    },
  );

  test("38: of a reauthentication: one is taken, in every round", async () => {
    const { accessToken } = await signedUp(app);
    const { authenticator } = await addPasskey(app, accessToken);
    for (let round = 0; round < ROUNDS / 5; round++) {
      const ceremony = await startCeremony(app, "startPasskeyReauthentication", accessToken);
      const passkey = {
        ceremonyId: ceremony.ceremonyId,
        response: authenticator.answer(ceremony.options),
      };
      const answers = await atOnce((instance) => reauthenticate(instance, accessToken, { passkey }));
      expect([round, typesOf(answers)]).toEqual([round, { Session: 1, InvalidPasskey: AT_ONCE - 1 }]);
    }
  });

  test("with a challenge each all are let in, where the authenticator does not count", async () => {
    const { accessToken } = await signedUp(app);
    const { authenticator } = await addPasskey(app, accessToken);
    const answers = await atOnce((instance) => logInByPasskey(instance, authenticator));
    expect(typesOf(answers)).toEqual({ AuthPayload: AT_ONCE });
  });
});
