import { Arg, Authorized, Ctx, Query, Resolver } from "type-graphql";
import type { RequestContext } from "../../context.js";
import { AppError } from "../../lib/app-error.js";
import { Public } from "../../lib/public-operation.js";
import { isId } from "../../lib/uuid.js";
import type { UserView } from "../user/user.view.js";
import { AnyRepresentation, Entity, type Representation, SubgraphService } from "./federation.types.js";

/** What the router of a supergraph asks its subgraphs. It is part of the schema where FEDERATION says so. */
@Resolver()
export class FederationResolver {
  #sdl: string | undefined;

  constructor(private readonly printSdl: () => string) {}

  @Public()
  @Query(() => SubgraphService, {
    name: "_service",
    description:
      "The schema, for whoever composes a supergraph of it. Open to everybody, also where introspection is switched " +
      "off: a subgraph belongs behind its router.",
  })
  service(): SubgraphService {
    this.#sdl ??= this.printSdl();
    return { sdl: this.#sdl };
  }

  @Authorized()
  @Query(() => [Entity], {
    name: "_entities",
    nullable: "items",
    description:
      "The users that other subgraphs refer to, in the order of `representations`; null for an id that no user has. For " +
      "the router of a supergraph, which passes on the `Authorization` of whoever asks it: a subgraph belongs behind its " +
      "router. Disabled users are there, too. Requires login.",
  })
  entities(
    @Ctx() { loaders }: RequestContext,
    @Arg("representations", () => [AnyRepresentation], {
      description:
        'Of users only: `{ __typename: "User", id: "…" }`. What else is in there counts for nothing.',
    })
    representations: readonly Representation[],
  ): Promise<(UserView | null)[]> {
    const ids = representations.map(readUserId);
    return Promise.all(ids.map((id) => (isId(id) ? loaders.userById.load(id) : null)));
  }
}

/** Composition has decided what a router asks for: a wrong representation is its mistake, and no missing user. */
function readUserId(representation: Representation): string {
  const { __typename, id } = representation;
  if (__typename === "User" && typeof id === "string") return id;
  throw new AppError(
    "BAD_USER_INPUT",
    'A representation is a user\'s: `__typename` is "User", and `id` is theirs.',
  );
}
