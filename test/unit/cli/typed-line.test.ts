import { TypedLine } from "../../../src/cli/typed-line.js";

/** What each piece of typing comes to. */
function type(...pieces: string[]) {
  const line = new TypedLine();
  return pieces.map((keys) => line.type(keys));
}

describe("a line that is typed and does not show", () => {
  test("is complete with Enter, however its keys come", () => {
    expect(type("se", "cr", "et\r")).toEqual([null, null, { line: "secret" }]);
    expect(type("s3same, öpen 🔑\n")).toEqual([{ line: "s3same, öpen 🔑" }]);
    expect(type("\r")).toEqual([{ line: "" }]);
  });

  test("Backspace takes one character back, Ctrl-U all", () => {
    expect(type("\x7fab🔑\x7f\bc\r")).toEqual([{ line: "ac" }]);
    expect(type("wrong\x15right\r")).toEqual([{ line: "right" }]);
  });

  test("Ctrl-C gives up, and so does Ctrl-D on an empty line", () => {
    expect(type("abc\x03")).toEqual(["cancelled"]);
    expect(type("\x04")).toEqual(["cancelled"]);
    expect(type("ab\x04c\r")).toEqual([{ line: "abc" }]);
  });

  test("two lines that are pasted are two lines, whatever breaks them", () => {
    for (const lineBreak of ["\r", "\n", "\r\n"]) {
      const line = new TypedLine();
      expect(line.type(`one${lineBreak}two${lineBreak}`)).toEqual({ line: "one" });
      expect(line.type("")).toEqual({ line: "two" });
      expect(line.type("")).toBeNull();
    }
  });

  test("cursor keys and the marks of a paste are no part of it, also when they come in two pieces", () => {
    expect(type("a\x1b[Db\x1b[3~c\x1bOAd\r")).toEqual([{ line: "abcd" }]);
    expect(type("\x1b[200~pasted\x1b[2", "01~\r")).toEqual([null, { line: "pasted" }]);
    expect(type("a\x1b", "[Ab\r")).toEqual([null, { line: "ab" }]);
    expect(type("a\tb\x00c\r")).toEqual([{ line: "abc" }]);
  });
});
