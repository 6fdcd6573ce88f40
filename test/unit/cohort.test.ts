import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";
import Fastify, { type FastifyInstance } from "fastify";
import { goInCohorts, joinCohort } from "../../src/http/cohort.js";

describe("requests that are there at the same time", () => {
  test("go step by step together", async () => {
    const steps: string[] = [];
    const request = async (name: string) => {
      await joinCohort();
      steps.push(`${name}1`);
      await undefined;
      steps.push(`${name}2`);
    };
    await Promise.all(["a", "b", "c"].map(request));
    expect(steps).toEqual(["a1", "b1", "c1", "a2", "b2", "c2"]);
  });

  test("are sixteen at most: the next begin after their next steps, before anything else is read", async () => {
    const steps: string[] = [];
    const all = Array.from({ length: 40 }, async (_, number) => {
      await joinCohort();
      steps.push(`begin ${number}`);
      await undefined;
      steps.push(`go on ${number}`);
    });
    await nextTurn();
    const expected = [
      [0, 16],
      [16, 32],
      [32, 40],
    ].flatMap(([first = 0, end]) => {
      const numbers = Array.from({ length: 40 }, (_, number) => number).slice(first, end);
      return [...numbers.map((number) => `begin ${number}`), ...numbers.map((number) => `go on ${number}`)];
    });
    expect(steps).toEqual(expected);
    await Promise.all(all);
    // The next one finds nobody waiting.
    await joinCohort();
  });

  test("keep their own asynchronous context, as traces need it", async () => {
    const storage = new AsyncLocalStorage<string>();
    const http: FastifyInstance = Fastify();
    http.addHook("onRequest", (request, _reply, done) => storage.run(request.url, done));
    goInCohorts(http);
    http.get("/*", async () => storage.getStore());
    const urls = Array.from({ length: 20 }, (_, number) => `/${number}`);
    const answers = await Promise.all(urls.map(async (url) => (await http.inject(url)).body));
    expect(answers).toEqual(urls);
  });
});
