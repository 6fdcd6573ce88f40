import { Authorized, Ctx, Query, Resolver } from "type-graphql";
import { type RequestContext, requireViewer } from "../../context.js";
import { User } from "./user.entity.js";
import type { UserView } from "./user.view.js";

@Resolver(() => User)
export class UserResolver {
  @Authorized()
  @Query(() => User, {
    nullable: true,
    description: "The account that the access token stands for. Needs a login.",
  })
  me(@Ctx() ctx: RequestContext): UserView {
    return requireViewer(ctx).user;
  }
}
