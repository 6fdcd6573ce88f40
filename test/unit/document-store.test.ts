import { parse } from "graphql";
import { DocumentStore } from "../../src/graphql/document-store.js";

const documentOf = (characters: number) => parse("{me{id}}".padEnd(characters, "#\n"));

test("49: documents of comments only do not fill the memory", async () => {
  const store = new DocumentStore();
  for (let i = 0; i < 100; i++) await store.set(`mid${i}`, documentOf(16_000));
  expect(store.characters).toBeLessThanOrEqual(256 * 1024);
  expect(await store.get("mid0")).toBeUndefined();
  expect(await store.get("mid99")).toBeDefined();
  await store.set("long", documentOf(60_000));
  expect(await store.get("long")).toBeUndefined();
});

test("what is asked for stays, however many documents come once", async () => {
  const store = new DocumentStore();
  const own = documentOf(500);
  await Promise.all([store.set("own", own), store.set("own", own)]);
  expect(store.characters).toBe(500);
  for (let i = 0; i < 100; i++) {
    await store.set(`once${i}`, documentOf(10_000));
    expect(await store.get("own")).toBe(own);
  }
});
