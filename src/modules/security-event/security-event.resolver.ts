import { Arg, Args, Authorized, Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import { type RequestContext, requireViewer } from "../../context.js";
import { Personal } from "../../lib/field-access.js";
import {
  Cursors,
  type Key,
  type Page,
  type PageRequest,
  readPageArguments,
  toPage,
} from "../../lib/paging.js";
import { isStoredId } from "../../lib/uuid.js";
import { PageArgs } from "../paging/paging.types.js";
import { Role } from "../user/user.types.js";
import { UserView } from "../user/user.view.js";
import { SecurityEventFilter } from "./security-event.inputs.js";
import type { SecurityEventReader } from "./security-event.reader.js";
import { SecurityEventConnection, SecurityEventView } from "./security-event.view.js";
import type { EventKey } from "./security-event.walks.js";

const isEventKey = (key: Key): key is EventKey => {
  const [id] = key;
  return key.length === 1 && typeof id === "string" && isStoredId(id);
};
const cursors = new Cursors("securityEvents", isEventKey);

const toEventPage = (page: PageRequest<EventKey>, rows: readonly SecurityEventView[] = []) =>
  toPage(page, { rows, keyOf: ({ id }): EventKey => [id], cursors });

@Resolver(() => SecurityEventView)
export class SecurityEventResolver {
  constructor(private readonly reader: SecurityEventReader) {}

  @Authorized(Role.ADMIN)
  @Query(() => SecurityEventConnection, {
    description: "What happened to all accounts, newest first. Requires an administrator.",
  })
  async securityEvents(
    @Ctx() ctx: RequestContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg("filter", () => SecurityEventFilter, {
      nullable: true,
      description: "All of them when it is left out.",
    })
    filter: SecurityEventFilter | null | undefined,
  ): Promise<Page<SecurityEventView>> {
    const page = readPageArguments(args, cursors);
    const [rows] = await this.reader.read(ctx.em, [{ ...filter, page }]);
    return toEventPage(page, rows);
  }

  @FieldResolver(() => UserView, {
    nullable: true,
    description: "Whose account it happened to. Null when there is no such account, or none any more.",
  })
  user(@Root() event: SecurityEventView, @Ctx() ctx: RequestContext): Promise<UserView | null> | null {
    return event.userId === null ? null : ctx.loaders.userById.load(event.userId);
  }

  @FieldResolver(() => UserView, {
    nullable: true,
    description:
      "Who did it, where that is not the user: an administrator. Null also when their account is gone.",
  })
  actor(@Root() event: SecurityEventView, @Ctx() ctx: RequestContext): Promise<UserView | null> | null {
    return event.actorId === null ? null : ctx.loaders.userById.load(event.actorId);
  }
}

@Resolver(() => UserView)
export class UserSecurityEventsResolver {
  @Personal()
  @FieldResolver(() => SecurityEventConnection, {
    description: "What happened to the account, newest first.",
  })
  async securityEvents(
    @Root() user: UserView,
    @Ctx() ctx: RequestContext,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Page<SecurityEventView>> {
    const page = readPageArguments(args, cursors);
    const events = await ctx.loaders.securityEventsOfUser.load({ userId: user.id, page });
    const viewer = requireViewer(ctx).user;
    return toEventPage(
      page,
      events.map((event) => (maySeeClient(viewer, event) ? event : event.withoutClient())),
    );
  }
}

/** Where administrators sit is not for those whose accounts they administer. */
function maySeeClient({ id, role }: UserView, { actorId }: SecurityEventView): boolean {
  return role === Role.ADMIN || actorId === null || actorId === id;
}
