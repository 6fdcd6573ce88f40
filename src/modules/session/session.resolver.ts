import { GraphQLDateTime } from "graphql-scalars";
import {
  Arg,
  Authorized,
  Ctx,
  createUnionType,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Resolver,
  Root,
} from "type-graphql";
import { type RequestContext, requireViewer } from "../../context.js";
import { describeDevice } from "../../lib/device.js";
import { Personal } from "../../lib/field-access.js";
import { Public } from "../../lib/public-operation.js";
import { InvalidToken } from "../auth-error/invalid-token.types.js";
import { UserView } from "../user/user.view.js";
import { AuthPayload } from "./auth-payload.types.js";
import type { SessionService } from "./session.service.js";
import { SessionView } from "./session.view.js";
import type { SessionTokens } from "./session-tokens.js";

const RefreshTokensResult = createUnionType({
  name: "RefreshTokensResult",
  description: "New tokens, or why there are none. After `InvalidToken` the person has to log in again.",
  types: () => [AuthPayload, InvalidToken] as const,
});

@Resolver(() => SessionView)
export class SessionResolver {
  constructor(
    private readonly sessionService: SessionService,
    private readonly sessionTokens: SessionTokens,
  ) {}

  @Public()
  @Mutation(() => RefreshTokensResult, {
    description:
      "Exchanges a refresh token for new tokens. Retrying is safe: within the server's grace period (10 seconds " +
      "unless configured) a token that was just exchanged gets the same successor, so parallel tabs and lost " +
      "answers log nobody out. Used again after that, it ends its session. Public.",
  })
  refreshTokens(
    @Ctx() ctx: RequestContext,
    @Arg("refreshToken", () => String, {
      nullable: true,
      description: "The latest refresh token. Left out in cookie delivery.",
    })
    refreshToken: string | null | undefined,
  ): Promise<AuthPayload | InvalidToken> {
    return this.sessionTokens.refresh(ctx, refreshToken ?? null);
  }

  @Public()
  @Mutation(() => Boolean, {
    description:
      "Ends the session of the refresh token, be it the argument or a cookie, and of the bearer token; clears the " +
      "cookie. False when there was none to end, so it can be repeated. Public.",
  })
  logout(
    @Ctx() ctx: RequestContext,
    @Arg("refreshToken", () => String, {
      nullable: true,
      description:
        "Ends the right session even when the access token has expired. Left out in cookie delivery.",
    })
    refreshToken: string | null | undefined,
  ): Promise<boolean> {
    return this.sessionTokens.logout(ctx, refreshToken ?? null);
  }

  @Authorized()
  @Mutation(() => Boolean, {
    description:
      "Ends one of your own sessions, at once. False when you have no such session. Requires login.",
  })
  revokeSession(
    @Ctx() ctx: RequestContext,
    @Arg("id", () => ID, { description: "From `User.sessions`." }) id: string,
  ): Promise<boolean> {
    return this.sessionService.revoke(ctx, requireViewer(ctx), id);
  }

  @Authorized()
  @Mutation(() => Int, {
    description: "Ends all your sessions but this one, and returns how many were ended. Requires login.",
  })
  revokeOtherSessions(@Ctx() ctx: RequestContext): Promise<number> {
    return this.sessionService.revokeOthers(ctx, requireViewer(ctx));
  }

  @FieldResolver(() => Boolean, { description: "Whether it is the session making this request." })
  isCurrent(@Root() session: SessionView, @Ctx() ctx: RequestContext): boolean {
    return session.id === ctx.viewer?.session.id;
  }

  @FieldResolver(() => GraphQLDateTime, { description: "When it ends, unless it is refreshed first." })
  expiresAt(@Root() session: SessionView): Date {
    return this.sessionService.expiresAt(session);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'The client in words, such as "Firefox on Linux".',
  })
  device(@Root() session: SessionView): string | null {
    return session.userAgent === null ? null : describeDevice(session.userAgent);
  }
}

@Resolver(() => UserView)
export class UserSessionsResolver {
  @Personal()
  @FieldResolver(() => [SessionView], { description: "Where the user is logged in, newest activity first." })
  sessions(@Root() user: UserView, @Ctx() ctx: RequestContext): Promise<readonly SessionView[]> {
    return ctx.loaders.liveSessionsByUserId.load(user.id);
  }
}
