/** The limit of what a Node.js process can answer: a body read, and a prepared answer. */
import { createServer } from "node:http";
import { listen } from "../listen.js";

const user = {
  __typename: "User",
  id: "0199a3c4-7d5e-7b21-9c1f-6a8b2e4d0f13",
  email: "somebody.with.a.name@latchkey.test",
  name: "Somebody With A Name",
  role: "USER",
  createdAt: "2026-01-01T00:00:00.000Z",
};
const ANSWER = Buffer.from(JSON.stringify({ data: { me: user } }));
const HEADERS = { "content-type": "application/json; charset=utf-8", "content-length": ANSWER.length };

const server = createServer((request, response) => {
  // Read to its end, as whoever is to understand it has to.
  request.resume().on("end", () => {
    response.writeHead(200, HEADERS);
    response.end(ANSWER);
  });
});
listen(server);
