import { ArgsType, type ClassType, Field, Int, ObjectType } from "type-graphql";
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, type PageArguments } from "../../lib/paging.js";

@ArgsType()
export class PageArgs implements PageArguments {
  @Field(() => Int, {
    nullable: true,
    description: `How many to list at most, from the beginning or after \`after\`: up to ${MAX_PAGE_SIZE}. Without \`first\` and \`last\` it is ${DEFAULT_PAGE_SIZE}.`,
  })
  readonly first?: number | null;

  @Field(() => String, {
    nullable: true,
    description: "The `endCursor` of a page, to list what comes after it.",
  })
  readonly after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: `How many to list at most, from the end or before \`before\`, in the same order: up to ${MAX_PAGE_SIZE}. Instead of \`first\`.`,
  })
  readonly last?: number | null;

  @Field(() => String, {
    nullable: true,
    description: "The `startCursor` of a page, to list what comes before it.",
  })
  readonly before?: string | null;
}

const WHERE_CUT_SHORT =
  "Where a page was cut short (see `UserFilter.search`), of the place to go on from; null on any other empty page.";

@ObjectType({ description: "Where a page stands in its list." })
export class PageInfo {
  @Field({ description: "Whether the list goes on: ask for the next page with `after: endCursor`." })
  readonly hasNextPage!: boolean;

  @Field({
    description:
      "Whether something comes before: ask for the previous page with `last` and `before: startCursor`.",
  })
  readonly hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: `The cursor of the first one. ${WHERE_CUT_SHORT}` })
  readonly startCursor!: string | null;

  @Field(() => String, { nullable: true, description: `The cursor of the last one. ${WHERE_CUT_SHORT}` })
  readonly endCursor!: string | null;
}

/** What the connection type of a list extends; with it comes the type of its edges, `<name>Edge`. */
export function connectionOf<Node extends object>(node: ClassType<Node>, name: string) {
  @ObjectType(`${name}Edge`, { description: `A \`${name}\` and its place in the list.` })
  class Edge {
    @Field({ description: "Opaque: for `after` and `before` of the same list." })
    readonly cursor!: string;

    @Field(() => node, { description: "What stands there." })
    readonly node!: Node;
  }

  @ObjectType()
  abstract class Connection {
    @Field(() => [Edge], { description: "The page with a cursor for each." })
    readonly edges!: readonly Edge[];

    @Field(() => [node], { description: "The page." })
    readonly nodes!: readonly Node[];

    @Field(() => PageInfo, { description: "Where the page stands in the list." })
    readonly pageInfo!: PageInfo;
  }
  return Connection;
}
