import { parseEmailAddress } from "../../src/lib/email-address.js";
import { User } from "../../src/modules/user/user.entity.js";
import { Role } from "../../src/modules/user/user.types.js";
import { signedUp } from "./journeys.js";
import type { GraphqlAnswer, TestApp } from "./test-app.js";

const CHUNK = 1000;

/** An account as a test wants it, with what it does not care for made up. */
export type WantedUser = Partial<
  Pick<User, "username" | "name" | "role" | "status" | "emailVerified" | "createdAt">
> & { readonly email: string };

/** Accounts by the thousand, which nobody signed up for. */
export async function insertUsers(app: TestApp, wanted: readonly WantedUser[]): Promise<readonly User[]> {
  const users = wanted.map(toUser);
  const em = app.orm.em.fork();
  for (let start = 0; start < users.length; start += CHUNK) {
    await em.insertMany(User, users.slice(start, start + CHUNK));
  }
  return users;
}

function toUser({
  email,
  username = null,
  name = null,
  emailVerified = false,
  createdAt,
  ...rest
}: WantedUser) {
  const address = parseEmailAddress(email);
  if (address === null) throw new Error(`No address: ${email}`);
  const user = new User({
    email: address,
    username,
    name,
    emailVerified,
    passwordHash: null,
    isLoggedIn: false,
    now: createdAt ?? new Date(0),
  });
  return Object.assign(user, rest);
}

/** The access token of an administrator. */
export async function adminToken(app: TestApp): Promise<string> {
  const { userId, accessToken } = await signedUp(app, {});
  await app.orm.em.fork().nativeUpdate(User, { id: userId }, { role: Role.ADMIN });
  return accessToken;
}

export const USERS = `
  query ($first: Int, $after: String, $last: Int, $before: String, $filter: UserFilter) {
    users(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      nodes { id email } edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }`;

export interface UserPage {
  readonly nodes: readonly { readonly id: string; readonly email: string }[];
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** What an administrator asks the list of users. */
export class Directory {
  private constructor(
    readonly app: TestApp,
    readonly token: string,
  ) {}

  static async of(app: TestApp): Promise<Directory> {
    return new Directory(app, await adminToken(app));
  }

  ask(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<GraphqlAnswer> {
    return this.app.graphql(query, { token: this.token, variables });
  }

  async page(variables: Readonly<Record<string, unknown>>): Promise<UserPage> {
    const { body } = await this.ask(USERS, variables);
    if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors));
    return body.data.users;
  }

  /** The whole list from its beginning, page by page. */
  async forth(filter: object | null, first: number): Promise<readonly UserPage[]> {
    const pages: UserPage[] = [];
    for (let after: string | null | undefined; ; after = pages.at(-1)?.pageInfo.endCursor) {
      const page = await this.page({ first, after, filter });
      pages.push(page);
      if (!page.pageInfo.hasNextPage) return pages;
    }
  }

  /** The whole list from its end, the last page first. */
  async back(filter: object | null, last: number): Promise<readonly UserPage[]> {
    const pages: UserPage[] = [];
    for (let before: string | null | undefined; ; before = pages.at(-1)?.pageInfo.startCursor) {
      const page = await this.page({ last, before, filter });
      pages.push(page);
      if (!page.pageInfo.hasPreviousPage) return pages;
    }
  }
}

export const emailsOf = (pages: readonly UserPage[]): readonly string[] =>
  pages.flatMap(({ nodes }) => nodes.map(({ email }) => email));
