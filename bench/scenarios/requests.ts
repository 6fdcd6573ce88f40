import { askMe, askMeAndSessions, logIn, mix, refresh, signUp } from "../asking.js";
import { bareUpdate, hashRates } from "../limits.js";
import { HASH_CONNECTIONS } from "../load.js";
import { loadScenario, type Scenario } from "../scenario.js";

/** One kind of request, or one mixture. */
export const requestScenarios: readonly Scenario[] = [
  loadScenario({
    name: "me",
    what: "Who am I: id and address of the person whose session it is, 100 people in turn.",
    cores: "one",
    judgedBy: "serverMicros",
    admits: () => true,
    begin: askMe,
  }),
  loadScenario({
    name: "me-sessions",
    what: "The same with the list of one's sessions.",
    cores: "one",
    judgedBy: "serverMicros",
    admits: ({ protocol }) => protocol.meAndSessions !== undefined,
    begin: askMeAndSessions,
  }),
  loadScenario({
    name: "refresh",
    what: "Each connection moves a session of its own on by a durable write. Bare UPDATE: one row by primary key per commit.",
    cores: "one",
    judgedBy: "rate",
    admits: ({ protocol }) => protocol.refresh !== undefined,
    begin: refresh,
    limits: bareUpdate,
  }),
  loadScenario({
    name: "mixed",
    what: "90 % me, 8 % refresh, 2 % login. Where a session is not refreshed by a request of its own, me takes that place.",
    cores: "one",
    judgedBy: "serverMicros",
    admits: () => true,
    begin: mix,
  }),
  loadScenario({
    name: "login",
    what: "With the right password, 100 people in turn. Raw hash rate: nothing but verifying that password's hash.",
    cores: "all",
    judgedBy: "rate",
    admits: () => true,
    connections: HASH_CONNECTIONS,
    begin: logIn,
    limits: hashRates,
  }),
  loadScenario({
    name: "signup",
    what: "Another address each time.",
    cores: "all",
    judgedBy: "rate",
    admits: () => true,
    connections: HASH_CONNECTIONS,
    begin: signUp,
  }),
];
