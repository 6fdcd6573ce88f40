import { Arg, Authorized, Ctx, Mutation, Query, Resolver } from "type-graphql";
import { type RequestContext, requireViewer } from "../../context.js";
import { UpdateProfileInput } from "./profile.inputs.js";
import { UpdateProfileResult } from "./profile.results.js";
import type { ProfileService } from "./profile.service.js";
import { UserView } from "./user.view.js";

@Resolver(() => UserView)
export class UserResolver {
  constructor(private readonly profileService: ProfileService) {}

  @Authorized()
  @Query(() => UserView, {
    nullable: true,
    description: "The account that the access token stands for. Requires login.",
  })
  me(@Ctx() ctx: RequestContext): UserView {
    return requireViewer(ctx).user;
  }

  @Authorized()
  @Mutation(() => UpdateProfileResult, {
    description:
      "Changes your own profile: the fields that are named, and only those. Either all of them or, with " +
      "`InvalidInput`, none. Requires login.",
  })
  updateProfile(
    @Ctx() ctx: RequestContext,
    @Arg("input", () => UpdateProfileInput, { description: "The fields to change." })
    input: UpdateProfileInput,
  ): Promise<typeof UpdateProfileResult> {
    return this.profileService.update(ctx, requireViewer(ctx).user.id, input);
  }
}
