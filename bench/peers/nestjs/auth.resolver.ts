import { UseGuards } from "@nestjs/common";
import { Args, Mutation, Parent, Query, ResolveField, Resolver } from "@nestjs/graphql";
import { AuthService } from "./auth.service.js";
import { AuthPayload, LoginInput, SignupInput } from "./auth.types.js";
import { CurrentUser, GqlAuthGuard } from "./gql-auth.guard.js";
import { Session } from "./session.entity.js";
import { User } from "./user.entity.js";

@Resolver(() => User)
export class AuthResolver {
  constructor(private readonly authService: AuthService) {}

  @Query(() => User)
  @UseGuards(GqlAuthGuard)
  me(@CurrentUser() user: User): User {
    return user;
  }

  @ResolveField(() => [Session])
  sessions(@Parent() user: User): Promise<Session[]> {
    return this.authService.findSessions(user);
  }

  @Mutation(() => AuthPayload)
  signup(@Args("input") input: SignupInput): Promise<AuthPayload> {
    return this.authService.signup(input);
  }

  @Mutation(() => AuthPayload)
  login(@Args("input") input: LoginInput): Promise<AuthPayload> {
    return this.authService.login(input);
  }

  @Mutation(() => AuthPayload)
  refreshTokens(@Args("refreshToken") refreshToken: string): Promise<AuthPayload> {
    return this.authService.refreshTokens(refreshToken);
  }
}
