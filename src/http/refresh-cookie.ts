import type { RefreshTokenMemory } from "../context.js";
import type { OwnCookies } from "./own-cookies.js";

/** Only what pages of our own site ask for carries it: no link and no form of another one does. */
const SAME_SITE = { sameSite: "strict" } as const;

/** Where a browser keeps its refresh token in cookie delivery. */
export class RefreshCookie implements RefreshTokenMemory {
  constructor(
    private readonly cookies: OwnCookies,
    private readonly isOffered: boolean,
  ) {}

  get token(): string | null {
    return this.isOffered ? this.cookies.read("refresh") : null;
  }

  keep(refreshToken: string, seconds: number): void {
    this.cookies.set("refresh", refreshToken, { ...SAME_SITE, maxAge: seconds });
  }

  forget(): void {
    this.cookies.clear("refresh", SAME_SITE);
  }
}
