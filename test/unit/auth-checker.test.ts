import "reflect-metadata";
import { graphql } from "graphql";
import { Authorized, Ctx, Query, Resolver } from "type-graphql";
import type { RequestContext } from "../../src/context.js";
import { createAuthChecker } from "../../src/graphql/auth-checker.js";
import { createSchema } from "../../src/graphql/schema.js";
import type { SessionService } from "../../src/modules/session/session.service.js";
import { Role } from "../../src/modules/user/user.types.js";

@Resolver()
class GuardedResolver {
  @Authorized(Role.ADMIN)
  @Query(() => String, { nullable: true })
  forAdmins(@Ctx() ctx: RequestContext): string {
    return String(ctx.viewer?.user.role);
  }
}

describe("the auth checker", () => {
  const ask = async (role: Role | null, credential: RequestContext["credential"]) => {
    const viewer = role === null ? null : { user: { role }, session: {} };
    const sessionService = {
      findViewer: async () => (credential.valid ? viewer : null),
    } as unknown as SessionService;
    const container = { get: () => new GuardedResolver() };
    const schema = createSchema({ authChecker: createAuthChecker(sessionService), container }, [
      GuardedResolver,
    ]);
    const { data, errors } = await graphql({
      schema,
      source: "{ forAdmins }",
      contextValue: { credential, viewer: null },
    });
    return errors?.[0]?.extensions ?? data?.forAdmins;
  };
  const valid = { valid: true, userId: "u", sessionId: "s" } as const;

  test("44: lets a role in, and says FORBIDDEN to another", async () => {
    expect(await ask(Role.ADMIN, valid)).toBe("ADMIN");
    expect(await ask(Role.USER, valid)).toEqual({ code: "FORBIDDEN" });
  });

  test("44: says UNAUTHENTICATED to nobody, with the reason", async () => {
    expect(await ask(null, valid)).toEqual({ code: "UNAUTHENTICATED", reason: "SESSION_REVOKED" });
    const expired = { valid: false, reason: "TOKEN_EXPIRED" } as const;
    expect(await ask(Role.ADMIN, expired)).toEqual({ code: "UNAUTHENTICATED", reason: "TOKEN_EXPIRED" });
  });
});
