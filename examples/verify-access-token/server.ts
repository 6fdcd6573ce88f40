/**
 * Another service that knows who calls it by Latchkey's access tokens, without asking Latchkey about each request.
 *
 *   npm start
 *   npx node examples/verify-access-token/server.ts                  # LATCHKEY_URL, ISSUER, AUDIENCE, PORT for others
 *   curl -i -H "authorization: Bearer $ACCESS_TOKEN" localhost:4001  # of a login; /payments asks Latchkey, too
 *
 * What a token says was true when it was issued. A session that was ended, an account that was disabled and a role that was taken
 * away go on here until it expires: ACCESS_TOKEN_SECONDS, 15 minutes, and clockTolerance. Where that is too long, ask Latchkey: isStillLive().
 */
import { createServer, type Server } from "node:http";
import { createRemoteJWKSet, customFetch, errors, type FetchImplementation, jwtVerify } from "jose";

export interface Settings {
  readonly latchkeyUrl: string;
  /** Its PUBLIC_URL, and its JWT_AUDIENCE: a token that was made for somebody else opens nothing here. */
  readonly issuer: string;
  readonly audience: string;
  /** For so long made-up key ids do not make this service ask for keys again. */
  readonly cooldownMs?: number;
}

type Answer = [status: number, headers: object, body?: object];
type MeAnswer = { data?: { me: object | null }; errors?: { extensions: { code: string } }[] };
/** Those of jose's errors that are about the token. Any other means that there are no keys to look at it with. */
const ABOUT_TOKEN = /^ERR_(JWT|JWS|JWKS_(NO|MULTIPLE)_MATCHING|JOSE_(ALG|NOT))/;
const unable = (): Answer => [503, { "retry-after": "5" }];

export function createService({ latchkeyUrl, issuer, audience, cooldownMs = 30_000 }: Settings): Server {
  const keys = createRemoteJWKSet(new URL("/.well-known/jwks.json", latchkeyUrl), {
    // As long as its Cache-Control says: a leaked key that was deleted is gone here, too. An unknown key id makes it ask at once.
    cacheMaxAge: 300_000,
    cooldownDuration: cooldownMs,
    [customFetch]: fetchOrKeep(),
  });

  async function answer(authorization = "", mustBeLive: boolean): Promise<Answer> {
    const [, token] = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization) ?? [];
    // Whoever has sent nothing is not told of an error (RFC 6750 §3.1).
    if (token === undefined) return [401, { "www-authenticate": "Bearer" }];
    const caller = await verify(token);
    const isGood = caller !== null && (!mustBeLive || (await isStillLive(latchkeyUrl, token)));
    return isGood ? [200, {}, caller] : [401, { "www-authenticate": 'Bearer error="invalid_token"' }];
  }

  async function verify(token: string): Promise<object | null> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        // Nothing else that is signed with these keys, or in a way of the caller's choice, is an access token (RFC 9068 §4).
        typ: "at+jwt",
        algorithms: ["ES256", "RS256"],
        requiredClaims: ["sub", "sid", "role", "iat", "exp"],
        clockTolerance: 10,
      });
      return { userId: payload.sub, sessionId: payload.sid, role: payload.role };
    } catch (error) {
      if (error instanceof errors.JOSEError && ABOUT_TOKEN.test(error.code)) return null;
      throw error;
    }
  }

  return createServer(async ({ headers, url }, response) => {
    const isPayment = url?.split("?")[0] === "/payments";
    const [status, own, body = {}] = await answer(headers.authorization, isPayment).catch(unable);
    response.writeHead(status, { "content-type": "application/json", ...own }).end(JSON.stringify(body));
  });
}

/** Before what cannot be undone: Latchkey reads session and account with each request. */
export async function isStillLive(latchkeyUrl: string, token: string): Promise<boolean> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const url = new URL("/graphql", latchkeyUrl);
  const response = await fetch(url, { method: "POST", headers, body: '{"query":"{ me { id } }"}' });
  const { data, errors: faults } = (await response.json()) as MeAnswer;
  if (data?.me) return true;
  if (faults?.[0]?.extensions.code === "UNAUTHENTICATED") return false;
  throw new Error("Latchkey cannot tell now");
}

/** Where Latchkey is not there, the keys that it had go on for an hour. */
function fetchOrKeep(): FetchImplementation {
  let kept: { readonly jwks: unknown; readonly at: number } | undefined;
  return async (url, options) => {
    try {
      const response = await fetch(url, options);
      if (!response.ok) throw new Error(`${response.status} for ${url}`);
      kept = { jwks: await response.json(), at: Date.now() };
    } catch (error) {
      if (kept === undefined || Date.now() - kept.at > 3_600_000) throw error;
    }
    return Response.json(kept.jwks);
  };
}

if (process.argv[1] === import.meta.filename) {
  const { LATCHKEY_URL: latchkeyUrl = "http://localhost:4000", PORT = "4001" } = process.env;
  const { ISSUER: issuer = latchkeyUrl, AUDIENCE: audience = issuer } = process.env;
  createService({ latchkeyUrl, issuer, audience }).listen(Number(PORT));
  console.log(`http://localhost:${PORT}`);
}
