import { errorOf, LOGIN, signedUp } from "../support/journeys.js";
import { ask } from "../support/mail-journeys.js";
import { NASTY_STRINGS } from "../support/nasty-strings.js";
import { TestApp } from "../support/test-app.js";

const ROOM = { MAILS_PER_ACCOUNT: "1000" };

describe.each(["off", "optional", "required"])("with EMAIL_VERIFICATION=%s", (policy) => {
  test("46: any string in the operations of an account's life is no 5xx", async () => {
    const open = await TestApp.startDurable({ ...ROOM, EMAIL_VERIFICATION: "off" });
    const { accessToken: token } = await signedUp(open);
    const app = await open.startAnother({ ...ROOM, EMAIL_VERIFICATION: policy });
    for (const text of NASTY_STRINGS) {
      const answers = [
        await app.graphql(LOGIN, { variables: { input: { identifier: text, password: text } } }),
        await app.graphql(LOGIN, {
          variables: { input: { identifier: `${text}@example.org`, password: text } },
        }),
        await ask(app, "verifyEmail", { token: text }),
        await ask(app, "resetPassword", { input: { token: text, newPassword: text } }),
        await ask(app, "requestPasswordReset", { email: text }),
        await ask(app, "requestPasswordReset", { email: `${text}@example.org` }),
        await ask(app, "requestEmailVerification", { email: text }),
        await ask(app, "requestEmailChange", { newEmail: text }, { token }),
        await ask(app, "changePassword", { input: { currentPassword: text, newPassword: text } }, { token }),
      ];
      for (const answer of answers) expect([answer.status, errorOf(answer)]).toEqual([200, undefined]);
    }
  });
});
