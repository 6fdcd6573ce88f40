import "reflect-metadata";
import {
  type ExecutionResult,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  graphql,
} from "graphql";
import { Arg, Field, ObjectType, Query, Resolver } from "type-graphql";
import { createSchema } from "../../src/graphql/schema.js";
import { Public } from "../../src/lib/public-operation.js";
import { UserSessionsResolver } from "../../src/modules/session/session.resolver.js";
import { Role, UserStatus } from "../../src/modules/user/user.types.js";
import { UserView } from "../../src/modules/user/user.view.js";
import { USER_FIELDS } from "../support/access-table.js";

const NOW = new Date("2026-11-20T12:00:00Z");

/** The worst that can happen: a user of anybody's choice is shown to everybody. */
@Resolver()
class CarelessResolver {
  @Public()
  @Query(() => UserView, { nullable: true })
  someUser(@Arg("id", () => String) id: string): UserView {
    return userWith(id);
  }

  @Public()
  @Query(() => [UserView])
  allUsers(): UserView[] {
    return [userWith("self"), userWith("other")];
  }
}

function userWith(id: string, role = Role.USER): UserView {
  return new UserView({
    id,
    email: `${id}@example.org`,
    emailVerified: true,
    username: id,
    name: id,
    picture: null,
    phoneNumber: "+1 604 555 1234",
    gender: null,
    locale: null,
    role,
    status: UserStatus.ACTIVE,
    hasPassword: true,
    totpEnabled: false,
    createdAt: NOW,
    updatedAt: NOW,
    lastLoginAt: NOW,
  });
}

const parts = {
  authChecker: () => true,
  container: { get: (resolver: new () => object) => new resolver() },
};

const contextOf = (viewer: UserView | null) => ({
  viewer: viewer === null ? null : { user: viewer },
  loaders: { liveSessionsByUserId: { load: async () => [] } },
});

const self = userWith("self");

describe("the fields of User", () => {
  let schema: GraphQLSchema;

  beforeAll(() => {
    schema = createSchema(parts, [CarelessResolver, UserSessionsResolver]);
  });

  const ask = async (source: string, viewer: UserView | null): Promise<ExecutionResult> =>
    graphql({ schema, source, contextValue: contextOf(viewer) });

  const PERSONAL = ["email", "emailVerified", "hasPassword", "phoneNumber", "sessions { id }", "totpEnabled"];

  describe.each(PERSONAL)("44: %s", (selection) => {
    const [field] = selection.split(" ");
    const source = `{ someUser(id: "self") { id ${selection} } }`;

    test.each([
      ["the user themself", self],
      ["an administrator", userWith("admin", Role.ADMIN)],
    ])("is shown to %s", async (_who, viewer) => {
      const { data, errors } = await ask(source, viewer);
      expect(errors).toBeUndefined();
      expect(data?.someUser).toHaveProperty(field ?? "");
    });

    test.each([
      ["another user", userWith("other")],
      ["nobody in particular", null],
    ])("is refused to %s", async (_who, viewer) => {
      const { data, errors } = await ask(source, viewer);
      expect(JSON.stringify(data)).not.toContain("@");
      expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
        [["someUser", field], "FORBIDDEN"],
      ]);
    });
  });

  test("44: are refused one by one: what may be null is, and the rest is answered", async () => {
    const source = '{ someUser(id: "self") { id name phoneNumber } }';
    const { data, errors } = await ask(source, userWith("other"));
    expect(data?.someUser).toEqual({ id: "self", name: "self", phoneNumber: null });
    expect(errors?.[0]?.message).toBe("`phoneNumber` is shown to the user themself and to administrators.");
  });

  test("44: are judged user by user, also under other names and in fragments", async () => {
    const source = "{ allUsers { id ...more } } fragment more on User { secret: phoneNumber }";
    const { data, errors } = await ask(source, self);
    expect(data?.allUsers).toEqual([
      { id: "self", secret: "+1 604 555 1234" },
      { id: "other", secret: null },
    ]);
    expect(errors?.map(({ path }) => path)).toEqual([["allUsers", 1, "secret"]]);
  });

  const fieldsOfUser = () => (schema.getType("User") as GraphQLObjectType).getFields();

  test("say in their descriptions whom they are for", () => {
    const described = Object.values(fieldsOfUser()).filter(({ description }) =>
      description?.includes("For the user themself and administrators"),
    );
    const personal = Object.keys(fieldsOfUser()).filter((name) => USER_FIELDS[name]?.access === "personal");
    expect(described.map(({ name }) => name)).toEqual(personal);
  });

  test("44: answer without a promise what they hold, as `me` is asked all the time", () => {
    const { resolve } = fieldsOfUser().email ?? {};
    expect(resolve?.(self, {}, contextOf(self), {} as GraphQLResolveInfo)).toBe("self@example.org");
  });
});

describe("default deny", () => {
  test("44: a field of User with neither @Open() nor @Personal() does not get into the schema", () => {
    // A type of its own: what is declared for UserView stays with it, in whatever schema this process makes next.
    @ObjectType("User")
    class ForgetfulView {
      @Field()
      readonly diary: string = "everybody reads this";
    }

    @Resolver()
    class ForgetfulResolver {
      @Public()
      @Query(() => ForgetfulView)
      writer(): ForgetfulView {
        return new ForgetfulView();
      }
    }
    expect(() => createSchema(parts, [ForgetfulResolver])).toThrow(
      "Fields of User without @Open() or @Personal(): diary",
    );
  });
});
