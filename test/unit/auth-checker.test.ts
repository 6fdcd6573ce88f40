import "reflect-metadata";
import { graphql } from "graphql";
import { Authorized, Query, Resolver } from "type-graphql";
import { loadConfig } from "../../src/config/config.js";
import type { RequestContext } from "../../src/context.js";
import { createAuthChecker } from "../../src/graphql/auth-checker.js";
import { createSchema } from "../../src/graphql/schema.js";
import { RECENT_LOGIN } from "../../src/lib/recent-login.js";
import { SessionService } from "../../src/modules/session/session.service.js";
import { Role, UserStatus } from "../../src/modules/user/user.types.js";

const NOW = Date.parse("2026-11-20T12:00:00Z");
const config = loadConfig({ NODE_ENV: "test", RECENT_LOGIN_SECONDS: "600" });

@Resolver()
class GuardedResolver {
  @Authorized(Role.ADMIN)
  @Query(() => String, { nullable: true })
  forAdmins(): string {
    return "done";
  }

  @Authorized(RECENT_LOGIN)
  @Query(() => String, { nullable: true })
  forRecentLogins(): string {
    return "done";
  }

  @Authorized(Role.ADMIN, RECENT_LOGIN)
  @Query(() => String, { nullable: true })
  forAdminsWithRecentLogins(): string {
    return "done";
  }
}

interface Asking {
  /** Null for a session that has ended. */
  readonly role?: Role | null;
  readonly authenticatedSecondsAgo?: number;
  readonly credential?: RequestContext["credential"];
}

describe("the auth checker", () => {
  const valid = { valid: true, userId: "u", sessionId: "s" } as const;
  const expired = { valid: false, reason: "TOKEN_EXPIRED" } as const;

  const answerTo = (field: keyof GuardedResolver, asking: Asking) => {
    const { role = Role.USER, authenticatedSecondsAgo = 0, credential = valid } = asking;
    const viewer = role === null ? null : viewerWith(role, authenticatedSecondsAgo);
    const sessionService = new SessionService(config, {
      accessTokens: { recheck: async () => credential },
      sessionStore: { findViewer: async () => viewer },
      clock: () => NOW,
    } as unknown as ConstructorParameters<typeof SessionService>[1]);
    const container = { get: () => new GuardedResolver() };
    const schema = createSchema({ authChecker: createAuthChecker(sessionService), container }, [
      GuardedResolver,
    ]);
    const contextValue = { credential, viewer: null };
    return graphql({ schema, source: `{ ${field} }`, contextValue });
  };

  const ask = async (field: keyof GuardedResolver, asking: Asking) => {
    const { data, errors } = await answerTo(field, asking);
    return errors?.[0]?.extensions ?? data?.[field];
  };

  test("44: lets a role in, and says FORBIDDEN to another", async () => {
    expect(await ask("forAdmins", { role: Role.ADMIN })).toBe("done");
    expect(await ask("forAdmins", { role: Role.USER })).toEqual({ code: "FORBIDDEN" });
  });

  test("44: says UNAUTHENTICATED to nobody, with the reason", async () => {
    for (const field of ["forAdmins", "forRecentLogins", "forAdminsWithRecentLogins"] as const) {
      const ended = { code: "UNAUTHENTICATED", reason: "SESSION_REVOKED" };
      expect(await ask(field, { role: null })).toEqual(ended);
      const tooLate = { code: "UNAUTHENTICATED", reason: "TOKEN_EXPIRED" };
      expect(await ask(field, { role: Role.ADMIN, credential: expired })).toEqual(tooLate);
    }
  });

  test("24: lets in who has proved themselves within RECENT_LOGIN_SECONDS, whatever the role", async () => {
    for (const role of [Role.USER, Role.ADMIN]) {
      expect(await ask("forRecentLogins", { role, authenticatedSecondsAgo: 599 })).toBe("done");
      expect(await ask("forRecentLogins", { role, authenticatedSecondsAgo: 600 })).toEqual({
        code: "REAUTHENTICATION_REQUIRED",
      });
    }
  });

  test("24: tells what to do about a login that is too long ago", async () => {
    const { errors } = await answerTo("forRecentLogins", { authenticatedSecondsAgo: 600 });
    expect(errors?.[0]?.message).toBe("This needs a recent login: call `reauthenticate`, then try again.");
  });

  test("24: where it is not asked for, an old login does", async () => {
    expect(await ask("forAdmins", { role: Role.ADMIN, authenticatedSecondsAgo: 86_000 })).toBe("done");
  });

  test("24: a role and a recent login are asked for together, and the role first", async () => {
    const field = "forAdminsWithRecentLogins";
    expect(await ask(field, { role: Role.ADMIN, authenticatedSecondsAgo: 599 })).toBe("done");
    expect(await ask(field, { role: Role.ADMIN, authenticatedSecondsAgo: 600 })).toEqual({
      code: "REAUTHENTICATION_REQUIRED",
    });
    // To prove who they are would be in vain.
    expect(await ask(field, { role: Role.USER, authenticatedSecondsAgo: 0 })).toEqual({ code: "FORBIDDEN" });
    expect(await ask(field, { role: Role.USER, authenticatedSecondsAgo: 600 })).toEqual({
      code: "FORBIDDEN",
    });
  });
});

function viewerWith(role: Role, authenticatedSecondsAgo: number) {
  const [lastUsedAt, createdAt] = [new Date(NOW), new Date(NOW - 86_000_000)];
  const authenticatedAt = new Date(NOW - authenticatedSecondsAgo * 1000);
  const user = { id: "u", role, status: UserStatus.ACTIVE };
  return { user, session: { createdAt, authenticatedAt, lastUsedAt } };
}
