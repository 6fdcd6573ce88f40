import { Authorized, Ctx, Query, Resolver } from "type-graphql";
import { type RequestContext, requireViewer } from "../../context.js";
import { UserView } from "./user.view.js";

@Resolver(() => UserView)
export class UserResolver {
  @Authorized()
  @Query(() => UserView, {
    nullable: true,
    description: "The account that the access token stands for. Requires login.",
  })
  me(@Ctx() ctx: RequestContext): UserView {
    return requireViewer(ctx).user;
  }
}
