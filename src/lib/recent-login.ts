/**
 * `@Authorized(RECENT_LOGIN)` also asks that the person has proved who they are within RECENT_LOGIN_SECONDS: a session
 * that was left open, or stolen, is not enough for what changes who owns the account (ASVS 7.5.1). Beside a role both
 * are asked for: `@Authorized(Role.ADMIN, RECENT_LOGIN)`.
 */
export const RECENT_LOGIN = "RECENT_LOGIN";
