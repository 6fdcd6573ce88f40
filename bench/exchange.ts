import { request as httpRequest } from "node:http";
import type { ClientAnswer, ClientRequest } from "./candidates/candidate.js";

/**
 * One request over a connection of its own.
 *
 * @throws when the answer is not what was asked for
 */
export async function exchange(url: string, request: ClientRequest): Promise<ClientAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ClientAnswer>();
  const { method, path, body } = request;
  const headers = {
    ...request.headers,
    ...(body !== undefined && { "content-length": Buffer.byteLength(body) }),
  };
  const sent = httpRequest(new URL(path, url), { method, headers, agent: false }, (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk) => chunks.push(chunk));
    response.on("error", reject);
    response.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
    });
  });
  sent.on("error", reject);
  sent.end(body);
  const answer = await promise;
  const fault = findFault(request, answer);
  if (fault !== undefined) throw new Error(fault);
  return answer;
}

/** What is wrong with an answer, in words. */
export function findFault(
  { method, path, expects }: ClientRequest,
  { status, body }: Pick<ClientAnswer, "status" | "body">,
): string | undefined {
  if (status >= 200 && status < 300 && body.includes(expects)) return undefined;
  return `${method} ${path} was answered with ${status} ${body.slice(0, 300)}`;
}
