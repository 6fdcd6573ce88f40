import { errorOf, login, newEmail, signedUp } from "../support/journeys.js";
import { eventLines, eventsOf, eventTypesOf } from "../support/security-log.js";
import { TestApp } from "../support/test-app.js";

describe("47: an event and what it tells are one", () => {
  test("without the event nothing happens, and without what happens there is no event", async () => {
    const app = await TestApp.start();
    const { userId, email, accessToken } = await signedUp(app);
    await app.execute("alter table security_events rename to security_events_away");
    for (const field of ["logout", "revokeOtherSessions"]) {
      const { body } = await app.graphql(`mutation { ${field} }`, { token: accessToken });
      if (field === "logout") expect(errorOf({ body })?.code).toBe("INTERNAL_SERVER_ERROR");
    }
    await app.graphql(`mutation { updateProfile(input: { name: "Ada" }) { __typename } }`, {
      token: accessToken,
    });
    await app.execute("alter table security_events_away rename to security_events");
    const { body } = await app.graphql("{ me { name } }", { token: accessToken });
    expect(body.data.me).toEqual({ name: null });
    // The session comes after the event, in the same transaction.
    await app.execute("alter table sessions rename column user_agent to user_agent_away");
    await login(app, email).catch(() => "failed");
    await app.execute("alter table sessions rename column user_agent_away to user_agent");
    expect(await eventTypesOf(app, userId)).toEqual(["SIGNED_UP"]);
    expect(eventLines(app).map(({ securityEvent }) => securityEvent)).toEqual(["SIGNED_UP"]);
  });

  test("the server's log has the same, a line each", async () => {
    const app = await TestApp.start();
    const { userId, email } = await signedUp(app);
    await login(app, email, "a wrong password");
    await login(app, newEmail());
    const recorded = [...(await eventsOf(app, userId)), ...(await eventsOf(app, null))];
    expect(eventLines(app)).toMatchObject(
      recorded.map(({ id, type, ...event }) => ({
        msg: "security event",
        securityEvent: type,
        eventId: id,
        userId: event.userId,
        actorId: null,
        ipAddress: "127.0.0.1",
      })),
    );
    expect(eventLines(app)).toHaveLength(3);
  });
});
