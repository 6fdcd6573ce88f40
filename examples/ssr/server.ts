/**
 * A site whose pages are rendered for whoever is logged in: a backend for frontend, without a framework.
 *
 *   TRUST_PROXY=1 npm start          # Latchkey takes the client's address from the last hop, which is this server
 *   npx node examples/ssr/server.ts  # LATCHKEY_URL, PORT, COOKIE for others
 *
 * It has no signup: make an account first, as at the top of README.md.
 *
 * Nobody else may then reach Latchkey directly: they could claim any address.
 */
import { createServer, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { logIn, logOut, readMe, type Visit } from "./session.ts";

const LOGIN_FORM = `<form method="post" action="/login">
<label>Address or username <input name="identifier"></label> <label>Password <input name="password" type="password"></label>
<label>Code, if you have one <input name="code"></label> <button>Log in</button></form>`;
const LOGOUT_FORM = '<form method="post" action="/logout"><button>Log out</button></form>';

export function createSite(latchkeyUrl: string, cookie: string): Server {
  return createServer((request, response) => {
    const show = (status: number, html: string) => sendPage(response, status, html);
    serve({ latchkeyUrl, cookie, request, response }, show).catch(() => show(503, "Try again."));
  });
}

async function serve(visit: Visit, show: (status: number, html: string) => void): Promise<void> {
  const { method, url, headers } = visit.request;
  if (method !== "POST") {
    const me = await readMe(visit);
    return show(200, me === null ? LOGIN_FORM : `${escapeHtml(me.email)} ${LOGOUT_FORM}`);
  }
  // Pages of others must not log anybody in or out here (CSRF).
  if (URL.parse(headers.origin ?? "")?.host !== headers.host) return show(403, "Not from there.");
  if (!(Number(headers["content-length"]) <= 4096)) return show(413, "Too long.");
  const form = Object.fromEntries(new URLSearchParams(await text(visit.request)));
  const { identifier = "", password = "", code } = form;
  const problem =
    url === "/login" ? await logIn(visit, { identifier, password, code: code || null }) : await logOut(visit);
  if (problem !== null) return show(401, `${escapeHtml(problem)} ${LOGIN_FORM}`);
  visit.response.writeHead(303, { location: "/" }).end();
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  // A personal page is for nobody's cache.
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  response.end(`<!doctype html><title>Site</title>${html}`);
}

function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

if (process.argv[1] === import.meta.filename) {
  const { LATCHKEY_URL = "http://localhost:4000", PORT = "4002", COOKIE = "site" } = process.env;
  createSite(LATCHKEY_URL, COOKIE).listen(Number(PORT));
  console.log(`http://localhost:${PORT}`);
}
