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

  /** How many of them have set out after each turn of the event loop. */
  async function countTurnByTurn(requests: number): Promise<number[]> {
    const arrived: number[] = [];
    const all = Array.from({ length: requests }, async (_, number) => {
      await joinCohort();
      arrived.push(number);
    });
    const counts: number[] = [];
    while (arrived.length < requests) {
      await nextTurn();
      counts.push(arrived.length);
    }
    await Promise.all(all);
    expect(arrived).toEqual(Array.from({ length: requests }, (_, number) => number));
    return counts;
  }

  test("are sixteen at most, and nobody is forgotten or overtaken", async () => {
    expect(await countTurnByTurn(40)).toEqual([16, 32, 40]);
    // Whoever comes next finds nobody waiting.
    expect(await countTurnByTurn(1)).toEqual([1]);
  });

  test("are more where they would pile up", async () => {
    expect((await countTurnByTurn(1000)).slice(0, 2)).toEqual([1000 - 128, 1000 - 128 + 16]);
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
