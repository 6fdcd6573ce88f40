/** Under these everybody may have a name, and the names are strangers to each other. A small part of publicsuffix.org. */
const SHARED_SUFFIXES = new Set([
  "azurewebsites.net",
  "cloudfront.net",
  "fly.dev",
  "github.io",
  "gitlab.io",
  "herokuapp.com",
  "netlify.app",
  "onrender.com",
  "pages.dev",
  "up.railway.app",
  "vercel.app",
  "web.app",
  "workers.dev",
]);

/** "co.uk", "com.au": below such a pair another label is somebody's own. */
const SECOND_LEVEL = /^(ac|co|com|edu|gov|ne|net|or|org)\.[a-z]{2}$/;

/**
 * Whether browsers take two origins for one site, so that cookies with SameSite travel between them: the same scheme and
 * the same registrable domain, whatever the port. Without the whole public suffix list it may err on rare domains.
 */
export function isSameSite(one: URL, two: URL): boolean {
  return one.protocol === two.protocol && siteOf(one.hostname) === siteOf(two.hostname);
}

export function isLocalHost(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[?::1\]?)$/.test(hostname);
}

function siteOf(hostname: string): string {
  const isAddress = hostname.startsWith("[") || /^[\d.]+$/.test(hostname);
  const labels = hostname.split(".");
  if (isAddress || labels.length < 3) return hostname;
  for (let length = labels.length - 1; length >= 2; length--) {
    const suffix = labels.slice(-length).join(".");
    if (SHARED_SUFFIXES.has(suffix) || SECOND_LEVEL.test(suffix)) return labels.slice(-length - 1).join(".");
  }
  return labels.slice(-2).join(".");
}
