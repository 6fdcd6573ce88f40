import { AuthSession } from "../auth-link/auth-session";
import { LogoutDocument, RefreshTokensDocument, type TokenDelivery } from "../gql/graphql";
import { send } from "./send";
import type { AuthSettings } from "./settings";

/** What the whole application shares. Made once, when the page is opened. */
export interface Auth {
  readonly settings: AuthSettings;
  /** What signup and login ask for. */
  readonly tokenDelivery: TokenDelivery;
  readonly session: AuthSession;
}

/** A cookie that scripts cannot read where the server offers one, and localStorage where it does not. */
export function createAuth(settings: AuthSettings): Auth {
  const tokenDelivery = settings.cookieDeliveryEnabled ? "COOKIE" : "BODY";
  const session = new AuthSession({
    refresh: async (refreshToken) => (await send(RefreshTokensDocument, { refreshToken })).refreshTokens,
    logout: ({ accessToken, refreshToken }) => send(LogoutDocument, { refreshToken }, accessToken),
    ...(tokenDelivery === "BODY" && { storage: localStorage }),
  });
  return { settings, tokenDelivery, session };
}
