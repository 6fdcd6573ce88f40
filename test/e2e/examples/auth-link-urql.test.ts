import { Client, type Exchange, fetchExchange, gql } from "@urql/core";
import { authExchange } from "@urql/exchange-auth";
import type { AuthSession } from "../../../examples/web/src/auth-link/auth-session.js";
import { type Account, signedUp } from "../../support/journeys.js";
import { readText } from "../../support/repository.js";
import { TabGroup } from "../../support/tabs.js";
import { TestApp } from "../../support/test-app.js";

const README = "examples/web/src/auth-link/README.md";
const ME = gql`query Me { me { id } }`;
const RENAME = gql`mutation { updateProfile(input: { name: "Ada" }) { __typename } }`;

/** The exchange that the README shows, as it stands there. */
function exchangeOfReadme(session: AuthSession): Exchange {
  const [, code] = /```ts\n(authExchange\(.*?\));\n```/s.exec(readText(README)) ?? [];
  return new Function("authExchange", "session", `return ${code}`)(authExchange, session);
}

describe("an AuthSession with urql", () => {
  let app: TestApp;
  let account: Account;
  let group: TabGroup;
  let session: AuthSession;
  let client: Client;
  /** With which access token each request left. */
  let sent: (string | undefined)[];
  let onAnswer: () => void;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  beforeEach(async () => {
    account = await signedUp(app);
    group = new TabGroup(app);
    session = group.open();
    session.begin(account);
    sent = [];
    onAnswer = () => {};
    client = new Client({
      url: `${app.url}/graphql`,
      preferGetMethod: false,
      exchanges: [exchangeOfReadme(session), fetchExchange],
      fetch: async (input, init) => {
        sent.push(new Headers(init?.headers).get("authorization")?.replace("Bearer ", ""));
        const answer = await fetch(input, init);
        onAnswer();
        return answer;
      },
    });
  });

  const expire = () => app.advanceSeconds(app.config.accessTokenSeconds);

  test("sends the access token, and once more with a new one what is refused", async () => {
    expire();
    const { data } = await client.query(ME, {});
    expect(data).toEqual({ me: { id: account.userId } });
    expect(sent).toEqual([account.accessToken, await session.accessToken()]);
    expect(group.refreshes).toBe(1);
  });

  test("SESSION_REVOKED ends the session, and nothing is sent again", async () => {
    await app.graphql("mutation { logout }", { token: account.accessToken });
    await client.query(ME, {});
    expect(session.state).toEqual({ status: "signed-out", reason: "SESSION_ENDED" });
    expect([sent.length, group.refreshes]).toEqual([1, 0]);
  });

  test("what one user has begun is not sent again in the name of another", async () => {
    expire();
    const other = await signedUp(app);
    onAnswer = () => session.begin(other);
    const { error } = await client.mutation(RENAME, {});
    expect(error?.graphQLErrors[0]?.extensions.reason).toBe("TOKEN_EXPIRED");
    expect(sent).not.toContain(other.accessToken);
  });
});
