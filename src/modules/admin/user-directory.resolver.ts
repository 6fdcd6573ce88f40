import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../../context.js";
import { isId } from "../../lib/uuid.js";
import { PageArgs } from "../paging/paging.types.js";
import { Role } from "../user/user.types.js";
import { UserView } from "../user/user.view.js";
import type { UserDirectory } from "./user-directory.js";
import { UserConnection, UserFilter } from "./user-list.types.js";

@Resolver(() => UserConnection)
export class UserDirectoryResolver {
  constructor(private readonly userDirectory: UserDirectory) {}

  @Authorized(Role.ADMIN)
  @Query(() => UserView, {
    nullable: true,
    description: "Any user by id. Null when there is none. Requires an administrator.",
  })
  user(
    @Ctx() ctx: RequestContext,
    @Arg("id", () => ID, { description: "`User.id`." }) id: string,
  ): Promise<UserView | null> | null {
    return isId(id) ? ctx.loaders.userById.load(id) : null;
  }

  @Authorized(Role.ADMIN)
  @Query(() => UserConnection, {
    description:
      "All users, or those that meet a filter, newest first; with `search` in the order that is described there. A page " +
      "costs the same wherever it lies, and however many users there are. Requires an administrator.",
  })
  users(
    @Ctx() ctx: RequestContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg("filter", () => UserFilter, { nullable: true, description: "All users when it is left out." })
    filter: UserFilter | null | undefined,
  ): Promise<UserConnection> {
    return this.userDirectory.list(ctx, args, filter ?? {});
  }

  @FieldResolver(() => Int, {
    description:
      "How many users meet the filter, on all pages together. They are counted one by one, so it takes the longer the " +
      "more there are: ask for it once, and not with every page or letter of a search.",
  })
  totalCount(@Root() { filter }: UserConnection, @Ctx() ctx: RequestContext): Promise<number> {
    return this.userDirectory.count(ctx, filter);
  }
}
