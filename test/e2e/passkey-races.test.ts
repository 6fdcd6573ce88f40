import { Authenticator } from "../support/authenticator.js";
import { type Account, signedUp } from "../support/journeys.js";
import { finishRegistration, passkeysOf, startRegistration } from "../support/passkey-journeys.js";
import { eventTypesOf } from "../support/security-log.js";
import { TestApp } from "../support/test-app.js";

const ROUNDS = 5;
const AT_ONCE = 16;

describe("38: of many who finish a registration at once, on two instances", () => {
  let app: TestApp;
  let beside: TestApp;

  beforeAll(async () => {
    app = await TestApp.startDurable();
    beside = await app.startAnother();
  });

  const atOnce = <Result>(work: (instance: TestApp, index: number) => Promise<Result>): Promise<Result[]> =>
    Promise.all(Array.from({ length: AT_ONCE }, (_, index) => work(index % 2 === 0 ? app : beside, index)));

  const countAdded = (results: readonly { readonly __typename: string }[]): number => {
    const names = results.map(({ __typename }) => __typename);
    expect(names.filter((name) => name !== "Passkey" && name !== "InvalidPasskey")).toEqual([]);
    return names.filter((name) => name === "Passkey").length;
  };

  test(`one adds a passkey, where they have one ceremony and ${AT_ONCE} authenticators, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const account = await signedUp(app);
      const { ceremonyId, options } = await startRegistration(app, account);
      const results = await atOnce((instance) =>
        finishRegistration(instance, account, {
          ceremonyId,
          response: new Authenticator().register(options),
        }),
      );
      expect(countAdded(results)).toBe(1);
      expect(await passkeysOf(app, account)).toHaveLength(1);
      expect(await eventTypesOf(app, account.userId)).toEqual(["SIGNED_UP", "PASSKEY_ADDED"]);
    }
  });

  test(`one adds it, where they have one credential and ${AT_ONCE} accounts, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const authenticator = new Authenticator();
      const accounts = await Promise.all(Array.from({ length: AT_ONCE }, () => signedUp(app)));
      const results = await atOnce(async (instance, index) => {
        const account = accounts[index] as Account;
        const { ceremonyId, options } = await startRegistration(instance, account);
        return finishRegistration(instance, account, {
          ceremonyId,
          response: authenticator.register(options),
        });
      });
      expect(countAdded(results)).toBe(1);
    }
  });

  test("all add theirs, where each has a ceremony of its own", async () => {
    const account = await signedUp(app);
    const results = await atOnce(async (instance) => {
      const { ceremonyId, options } = await startRegistration(instance, account);
      const response = new Authenticator().register(options);
      return finishRegistration(instance, account, { ceremonyId, response });
    });
    expect(countAdded(results)).toBe(AT_ONCE);
    expect(await passkeysOf(app, account)).toHaveLength(AT_ONCE);
  });
});
