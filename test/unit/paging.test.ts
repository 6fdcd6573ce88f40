import {
  Cursors,
  DEFAULT_PAGE_SIZE,
  type Key,
  type PageArguments,
  readPageArguments,
  toPage,
} from "../../src/lib/paging.js";
import { NASTY_STRINGS } from "../support/nasty-strings.js";

type PointKey = readonly [x: number, name: string];

const isPointKey = (key: Key): key is PointKey =>
  key.length === 2 && typeof key[0] === "number" && typeof key[1] === "string";
const cursors = new Cursors("points", isPointKey);

/** A list of points, by x and then by name. */
class Points {
  readonly #points: PointKey[] = [];

  add(...points: PointKey[]): this {
    this.#points.push(...points);
    this.#points.sort(compare);
    return this;
  }

  remove(name: string): void {
    this.#points.splice(
      this.#points.findIndex((point) => point[1] === name),
      1,
    );
  }

  page(args: PageArguments) {
    const request = readPageArguments(args, cursors);
    const { after, before, isBackward, size } = request;
    const inRange = this.#points.filter(
      (point) =>
        (after === null || compare(point, after) > 0) && (before === null || compare(point, before) < 0),
    );
    const rows = (isBackward ? inRange.toReversed() : inRange).slice(0, size + 1);
    const { nodes, edges, pageInfo } = toPage(request, { rows, keyOf: (point) => point, cursors });
    expect(edges.map(({ node }) => node)).toEqual(nodes);
    return { ...pageInfo, names: nodes.map(([, name]) => name).join("") };
  }
}

const compare = (one: PointKey, other: PointKey): number =>
  one[0] - other[0] || (one[1] < other[1] ? -1 : Number(one[1] > other[1]));

const points = () => new Points().add([1, "a"], [1, "b"], [1, "c"], [2, "d"], [3, "e"]);

describe("pages of a list", () => {
  test("follow each other forth and back, also among equal values, and say where the list ends", () => {
    const list = points();
    const one = list.page({ first: 2 });
    expect(one).toMatchObject({ names: "ab", hasPreviousPage: false, hasNextPage: true });
    const two = list.page({ first: 2, after: one.endCursor });
    expect(two).toMatchObject({ names: "cd", hasPreviousPage: true, hasNextPage: true });
    const three = list.page({ first: 2, after: two.endCursor });
    expect(three).toMatchObject({ names: "e", hasPreviousPage: true, hasNextPage: false });
    const back = list.page({ last: 2, before: three.startCursor });
    expect(back).toMatchObject({ names: "cd", hasPreviousPage: true, hasNextPage: true });
    expect(list.page({ last: 2, before: back.startCursor })).toMatchObject({
      names: "ab",
      hasPreviousPage: false,
      hasNextPage: true,
    });
    expect(list.page({ last: 2 })).toMatchObject({ names: "de", hasPreviousPage: true, hasNextPage: false });
  });

  test("lie between two cursors where both are given", () => {
    const list = points();
    const [after, before] = [cursors.encode([1, "a"]), cursors.encode([3, "e"])];
    expect(list.page({ after, before })).toMatchObject({
      names: "bcd",
      hasPreviousPage: true,
      hasNextPage: true,
    });
    expect(list.page({ first: 1, after, before }).names).toBe("b");
    expect(list.page({ last: 1, after, before }).names).toBe("d");
    expect(list.page({ after: before, before: after })).toMatchObject({ names: "", startCursor: null });
  });

  test("neither repeat nor lose what stays while others come and go, the row of the cursor included", () => {
    const list = points();
    const { endCursor } = list.page({ first: 3 });
    list.remove("c");
    list.remove("a");
    list.add([0, "z"], [1, "cc"]);
    expect(list.page({ first: 2, after: endCursor }).names).toBe("ccd");
    expect(list.page({ last: 2, before: endCursor }).names).toBe("zb");
  });

  test("hold none with first: 0 or last: 0, and say whether there would be any", () => {
    const empty = { names: "", startCursor: null, endCursor: null };
    expect(points().page({ first: 0 })).toEqual({ ...empty, hasNextPage: true, hasPreviousPage: false });
    expect(points().page({ last: 0 })).toEqual({ ...empty, hasNextPage: false, hasPreviousPage: true });
    expect(new Points().page({})).toEqual({ ...empty, hasNextPage: false, hasPreviousPage: false });
  });

  test(`hold ${DEFAULT_PAGE_SIZE} where nothing is said, and null says nothing`, () => {
    expect(readPageArguments({}, cursors).size).toBe(DEFAULT_PAGE_SIZE);
    expect(readPageArguments({ first: null, last: null, after: null, before: null }, cursors)).toEqual(
      readPageArguments({}, cursors),
    );
  });

  test.each([
    [{ first: -1 }, "`first` must be a number from 0 to 100."],
    [{ first: 101 }, "`first` must be a number from 0 to 100."],
    [{ last: -2_147_483_648 }, "`last` must be a number from 0 to 100."],
    [{ first: 1, last: 1 }, "Give `first` or `last`, not both."],
    [{ first: 0, last: 0 }, "Give `first` or `last`, not both."],
    [{ after: "" }, "`after` is no cursor of this list."],
    [{ before: "garbage" }, "`before` is no cursor of this list."],
  ])("%j is refused", (args, message) => {
    expect(() => readPageArguments(args, cursors)).toThrow(
      expect.objectContaining({ message, extensions: { code: "BAD_USER_INPUT" } }),
    );
  });
});

describe("cursors", () => {
  const encode = (text: string) => Buffer.from(text).toString("base64url");

  test("come back as the key they stand for, whatever texts are in it", () => {
    for (const name of ["a", "", "ä", "🦊", '"', "\\", "%", "__proto__", "ﷺ".repeat(200)]) {
      expect(cursors.decode(cursors.encode([-5, name]))).toEqual([-5, name]);
    }
  });

  test.each([
    ["another list's", new Cursors("lines", isPointKey).encode([1, "a"])],
    ["another key's", encode('["points",1]')],
    ["one part more", encode('["points",1,"a",2]')],
    ["other types", encode('["points","1","a"]')],
    ["an object", encode('{"0":"points","1":1,"2":"a","length":3}')],
    ["a prototype", encode('{"__proto__":["points",1,"a"]}')],
    ["an object in a key", encode('["points",1,{"toString":"a"}]')],
    ["a number beyond numbers", encode('["points",1e999,"a"]')],
    ["a number that is not whole", encode('["points",0.5,"a"]')],
    ["minus nothing", encode('["points",-0,"a"]')],
    ["NUL, which PostgreSQL takes in no text", encode('["points",1,"\\u0000"]')],
    ["a lone surrogate", encode('["points",1,"\\ud800"]')],
    ["another spelling of JSON", encode('[ "points",1,"a"]')],
    ["another spelling of base64url", `${cursors.encode([1, "ab"])}=`],
    ["base64", Buffer.from('["points",1,"??>"]').toString("base64")],
    ["bits left over", cursors.encode([1, "ab"]).replace(/0$/, "1")],
    ["deeply nested", encode("[".repeat(10_000))],
    ["huge", cursors.encode([1, "a".repeat(1_000_000)])],
    ["SQL", "' or 1=1 --"],
  ])("%s are none", (_name, cursor) => {
    expect(cursors.decode(cursor)).toBeNull();
  });

  test("46: no string is more than no cursor", () => {
    for (const text of NASTY_STRINGS) {
      expect(cursors.decode(text)).toBeNull();
      expect(cursors.decode(encode(text))).toBeNull();
    }
  });
});
