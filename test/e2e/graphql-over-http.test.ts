import { serverAudits } from "graphql-http";
import { errorOf, newEmail, PASSWORD, SIGNUP, stateOf } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";

describe("GraphQL over HTTP", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  const url = () => `${app.url}/graphql`;
  /** A GET has to show that a browser would have asked first. */
  const fetchWithPreflight: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set("apollo-require-preflight", "1");
    return fetch(input, { ...init, headers });
  };

  for (const audit of serverAudits({ url, fetchFn: fetchWithPreflight })) {
    test(`${audit.id}: ${audit.name}`, async () => {
      const result = await audit.fn();
      expect(result.status === "ok" ? "ok" : result.reason).toBe("ok");
    });
  }

  test("41: without the header for a preflight, three audits of GET fail, each a MAY, and no other", async () => {
    const results = await Promise.all(serverAudits({ url }).map((audit) => audit.fn()));
    const failed = results.filter(({ status }) => status !== "ok");
    expect(failed.map(({ id }) => id).sort()).toEqual(["5A70", "6A70", "D6D5"]);
    expect(failed.every(({ name }) => name.startsWith("MAY "))).toBe(true);
  });

  test("the status tells of an error in the request, but not to who takes application/json only", async () => {
    const onlyJson = ["application/json", "application/json; charset=utf-8", "Application/JSON"];
    const more = [
      "*/*",
      "application/json, */*",
      "application/graphql-response+json, application/json;q=0.9",
    ];
    for (const [accepts, status] of [
      [onlyJson, 200],
      [more, 400],
    ] as const) {
      for (const accept of accepts) {
        for (const query of ["{", "{ nothing }", "query ($id: Int!) { me { id } }"]) {
          expect([accept, (await app.graphql(query, { headers: { accept } })).status]).toEqual([
            accept,
            status,
          ]);
        }
      }
    }
    const batch = await app.post("[]", { "content-type": "application/json", accept: "application/json" });
    expect(batch.status).toBe(400);
  });

  test("a client that can read no answer of ours gets 406 before anything was done for it", async () => {
    const email = newEmail();
    const variables = { input: { email, password: PASSWORD } };
    for (const accept of ["image/png", "text/html", "application/json;q=0", "application/xml, text/*"]) {
      const answer = await app.graphql(SIGNUP, { variables, headers: { accept } });
      expect(answer.status).toBe(406);
      expect(errorOf(answer)?.code).toBe("BAD_REQUEST");
    }
    const { accessToken } = (await app.graphql(SIGNUP, { variables })).body.data.signup;
    expect(await stateOf(app, accessToken)).toBe("alive");
  });
});
