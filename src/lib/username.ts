export const USERNAME_MIN_LENGTH = 3;
export const USERNAME_MAX_LENGTH = 32;

/**
 * ASCII letters, digits and inner dots, hyphens and underscores. No "@", so that a username is never taken for
 * an address at login, and no Unicode look-alikes of somebody else's name (ASVS 2.2.1). Without the flag "u": with it,
 * "i" lets in the Kelvin sign and the long s, which fold to "k" and "s".
 */
const USERNAME = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i;

/** Whether the form is right, whatever the length. */
export function isUsernameWellFormed(username: string): boolean {
  return USERNAME.test(username);
}

/** What uniqueness and look-up go by. */
export function normalizeUsername(username: string): string {
  return username.toLowerCase();
}
