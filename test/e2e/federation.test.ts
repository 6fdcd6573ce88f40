import { newId } from "../../src/lib/uuid.js";
import { User } from "../../src/modules/user/user.entity.js";
import { Role, UserStatus } from "../../src/modules/user/user.types.js";
import { USER_FIELDS } from "../support/access-table.js";
import { eventually } from "../support/eventually.js";
import { type Account, errorOf, signedUp } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";

const entities = (selection: string): string =>
  `query Router($representations: [_Any!]!) { _entities(representations: $representations) { ... on User { ${selection} } } }`;

const user = (id: unknown) => ({ __typename: "User", id });

describe("the entities of a subgraph", () => {
  let app: TestApp;
  let ada: Account;
  let eve: Account;

  beforeAll(async () => {
    app = await TestApp.start({ FEDERATION: "true" });
    [ada, eve] = [await signedUp(app, { name: "Ada" }), await signedUp(app, { name: "Eve" })];
    await app.orm.em.fork().nativeUpdate(User, { id: ada.userId }, { phoneNumber: "+1 604 555 1234" });
  });

  const ask = (selection: string, representations: unknown, token = eve.accessToken) =>
    app.graphql(entities(selection), { variables: { representations }, token });

  test("come in the order of their representations, null for whoever is not there", async () => {
    const ids = [
      eve.userId,
      newId(),
      ada.userId,
      "none",
      eve.userId,
      "",
      "00000000-0000-0000-0000-000000000000",
    ];
    const { body, status } = await ask("id name", ids.map(user));
    expect([status, body.errors]).toEqual([200, undefined]);
    const [adaFound, eveFound] = [
      { id: ada.userId, name: "Ada" },
      { id: eve.userId, name: "Eve" },
    ];
    expect(body.data._entities).toEqual([eveFound, null, adaFound, null, eveFound, null, null]);
  });

  test("are looked up together, whatever the request calls them", async () => {
    const aliases = `query ($r: [_Any!]!) {
      a: _entities(representations: $r) { __typename } b: _entities(representations: $r) { ... on User { name } } }`;
    const variables = { r: [user(ada.userId), user(eve.userId), user(newId())] };
    app.statements.length = 0;
    const { body } = await app.graphql(aliases, { variables, token: eve.accessToken });
    expect(body.data.a).toEqual([{ __typename: "User" }, { __typename: "User" }, null]);
    expect(body.data.b).toEqual([{ name: "Ada" }, { name: "Eve" }, null]);
    // Those before it are about who asks.
    expect(app.statements.filter((sql) => /from .users. as .u0./.test(sql))).toHaveLength(1);
  });

  test("are also there when disabled, as what others refer to must not vanish", async () => {
    const { userId } = await signedUp(app);
    await app.orm.em.fork().nativeUpdate(User, { id: userId }, { status: UserStatus.DISABLED });
    const { body } = await ask("status", [user(userId)]);
    expect(body.data._entities).toEqual([{ status: "DISABLED" }]);
  });

  test("may be written in the document, in part with variables", async () => {
    const query = `query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id, more: [[1]] }]) { ... on User { name } } }`;
    const { body } = await app.graphql(query, { variables: { id: ada.userId }, token: eve.accessToken });
    expect(body.data._entities).toEqual([{ name: "Ada" }]);
  });

  describe.each(Object.entries(USER_FIELDS))("44: User.%s", (field, { access, ask: selection = field }) => {
    test(access === "open" ? "is open to another user" : "is refused to another user", async () => {
      const { body } = await ask(selection, [user(ada.userId)]);
      expect(body.data._entities).toHaveLength(1);
      if (access === "open") expect(body.data._entities[0]).toHaveProperty(field);
      else expect(body.data._entities[0]?.[field] ?? null).toBeNull();
      expect(errorOf({ body })?.code).toBe(access === "open" ? undefined : "FORBIDDEN");
    });

    test("is shown to the user themself, and to administrators", async () => {
      const admin = await signedUp(app);
      await app.orm.em.fork().nativeUpdate(User, { id: admin.userId }, { role: Role.ADMIN });
      for (const token of [ada.accessToken, admin.accessToken]) {
        const { body } = await ask(selection, [user(ada.userId)], token);
        expect(body.errors).toBeUndefined();
        expect(body.data._entities[0]).toHaveProperty(field);
      }
    });
  });

  test("44: are refused one by one: of others what may be null is, and the rest is answered", async () => {
    const { body } = await ask("name phoneNumber", [user(ada.userId), user(eve.userId)]);
    expect(body.data._entities[0]).toEqual({ name: "Ada", phoneNumber: null });
    expect(body.errors?.map(({ path }) => path)).toEqual([["_entities", 0, "phoneNumber"]]);
  });

  test("22: are refused with a session that has ended", async () => {
    const { accessToken } = await signedUp(app);
    await app.graphql("mutation { logout }", { token: accessToken });
    expect(errorOf(await ask("id", [user(ada.userId)], accessToken))?.reason).toBe("SESSION_REVOKED");
  });

  test("are in the log as any other operation", async () => {
    const answers = [
      await ask("id", [user(ada.userId)]),
      await ask("email", [user(ada.userId)]),
      await ask("id", [{}]),
    ];
    const lines = await eventually(() => {
      const ids = answers.map(({ headers }) => headers.get("x-request-id"));
      const found = app.logLines
        .map((line) => JSON.parse(line))
        .filter(({ requestId }) => ids.includes(requestId));
      return found.length === 3 ? found : undefined;
    });
    const line = { operationName: "Router", operations: ["_entities"], userId: eve.userId };
    expect(lines).toEqual(
      ["OK", "FORBIDDEN", "BAD_USER_INPUT"].map((outcome) => expect.objectContaining({ ...line, outcome })),
    );
  });
});
