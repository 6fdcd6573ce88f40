import type { Candidate, ClientRequest, Protocol } from "./candidate.js";
import { graphqlRequest } from "./graphql-protocol.js";
import { peerServer } from "./peer-server.js";

const anything = (): ClientRequest => graphqlRequest("{ me { id email } }", '{"data":{"me":{');

/** Whatever it is asked, it answers the same. */
const protocol: Protocol = {
  signup: anything,
  login: anything,
  readCredentials: () => ({}),
  me: anything,
};

export const nodeHttp: Candidate = {
  name: "node:http",
  setUp:
    "Nothing but node:http: reads the request and sends an answer of 200 bytes that is ready, without looking anything up. The limit of what can be answered, and no peer.",
  prepare: async (population) => peerServer("node-http", population),
  protocol,
};
