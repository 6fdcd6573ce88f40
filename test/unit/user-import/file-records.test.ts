import {
  type FileFormat,
  type FileRecord,
  readFileRecords,
} from "../../../src/modules/user-import/file-records.js";
import { LineFault } from "../../../src/modules/user-import/line-fault.js";
import { MAX_RECORD_BYTES } from "../../../src/modules/user-import/record-splitter.js";

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

/** Each record as [line, fields or reason]; the same however the file is cut into chunks. */
async function read(format: FileFormat, text: string | Buffer): Promise<[number, unknown][]> {
  const bytes = Buffer.from(text);
  const results: [number, unknown][][] = [];
  for (const size of [1, 2, 7, 1_000_000]) {
    const records: FileRecord[] = [];
    for await (const record of readFileRecords(inChunks(bytes, size), format)) records.push(record);
    results.push(
      records.map(({ line, content }) => [line, content instanceof LineFault ? content.reason : content]),
    );
  }
  for (const result of results) expect(result).toEqual(results[0]);
  return results[0] ?? [];
}

describe("a file of NDJSON", () => {
  test("is read line by line, with a byte order mark, either line break, empty lines, and no break at the end", async () => {
    expect(await read("ndjson", '\ufeff{"a":1}\r\n\n  \n{"b":"é🔑"}\n{"c":null}')).toEqual([
      [1, { a: 1 }],
      [4, { b: "é🔑" }],
      [5, { c: null }],
    ]);
    expect(await read("ndjson", "")).toEqual([]);
  });

  test("a line that is something else is told and stops nothing", async () => {
    const lines = ['{"a":1', "[1]", "null", '"text"', '{"a":1}'].join("\n");
    const bytes = Buffer.concat([Buffer.from(lines), Buffer.from([0x0a, 0x7b, 0xff, 0x7d, 0x0a])]);
    expect(await read("ndjson", bytes)).toEqual([
      [1, "The line is not JSON."],
      [2, "The line is not a JSON object."],
      [3, "The line is not a JSON object."],
      [4, "The line is not a JSON object."],
      [5, { a: 1 }],
      [6, "The line is not UTF-8."],
    ]);
  });

  test("a line may have 65,536 bytes; the one behind a longer one is read", async () => {
    const ofLength = (length: number) => JSON.stringify({ a: "x".repeat(length - 8) });
    const records = await read(
      "ndjson",
      [ofLength(MAX_RECORD_BYTES - 1), ofLength(MAX_RECORD_BYTES), '{"b":1}'].join("\n"),
    );
    expect(records.slice(1)).toEqual([
      [2, "The line is longer than 65536 bytes."],
      [3, { b: 1 }],
    ]);
    expect(records[0]?.[1]).toHaveProperty("a");
  });
});

describe("a file of CSV", () => {
  test("names its columns first; RFC 4180 quotes hold commas, quotes and line breaks", async () => {
    const text =
      'email,name,"note"\r\na@b.c,"Ada, Countess ""of"" Lovelace","two\r\nlines"\r\n\r\nd@e.f,Grace,x\r\n';
    expect(await read("csv", text)).toEqual([
      [2, { email: "a@b.c", name: 'Ada, Countess "of" Lovelace', note: "two\r\nlines" }],
      [5, { email: "d@e.f", name: "Grace", note: "x" }],
    ]);
  });

  test("an empty field is none", async () => {
    expect(await read("csv", '\ufeffemail,name,note\na@b.c,,""\n,b,c')).toEqual([
      [2, { email: "a@b.c" }],
      [3, { name: "b", note: "c" }],
    ]);
  });

  test("a quote out of place spoils its own line only", async () => {
    const quote = "The line is not CSV: a quote is missing or out of place.";
    expect(
      await read("csv", 'email,name\na@b.c,Ada "Countess\nb@b.c,"x"y\nc@b.c,c\nd@b.c,"open\ne@b.c,e'),
    ).toEqual([
      [2, quote],
      [3, quote],
      [4, { email: "c@b.c", name: "c" }],
      [5, quote],
    ]);
  });

  test("a line with too many or too few fields is refused", async () => {
    expect(await read("csv", "email,name\na@b.c\nb@b.c,b,b\n")).toEqual([
      [2, "The line has 1 fields, not 2."],
      [3, "The line has 3 fields, not 2."],
    ]);
  });

  test.each([
    ["mail,name\na,b", /one is email/],
    ["email;name\na;b", /separated by commas/],
    ["email,name,name\na,b,c", /"name" twice/],
  ])("is refused as a whole where the first line does not name the columns: %j", async (text, message) => {
    await expect(read("csv", text)).rejects.toThrow(message);
  });
});

describe("a file with one JSON array", () => {
  const users = [{ email: "a@b.c", of: [{ x: "}],{" }] }, { email: 'd"\\' }, {}];

  test.each([
    ["in one line", JSON.stringify(users), [1, 1, 1]],
    ["indented", JSON.stringify(users, null, 2), [2, 10, 13]],
    ["under users, as Firebase has it", JSON.stringify({ users }), [1, 1, 1]],
    [
      "indented under users, with a byte order mark",
      `\ufeff${JSON.stringify({ users }, null, 1)}\n`,
      [3, 11, 14],
    ],
  ])("is read object by object: %s", async (_name, text, lines) => {
    expect(await read("json", text)).toEqual(users.map((user, index) => [lines[index], user]));
  });

  test("an array without objects has no records", async () => {
    expect(await read("json", "[]\n")).toEqual([]);
    expect(await read("json", '{ "users": [ ] }')).toEqual([]);
  });

  test("an object that is broken or too long stops nothing; an end that is missing is told", async () => {
    const long = JSON.stringify({ a: "x".repeat(MAX_RECORD_BYTES) });
    expect(await read("json", `[${long},{"a":tru},{"b":1},{"c":`)).toEqual([
      [1, "The line is longer than 65536 bytes."],
      [1, "The line is not JSON."],
      [1, { b: 1 }],
      [1, "The line is not JSON."],
    ]);
  });

  test("a file that is no array is refused as a whole", async () => {
    await expect(read("json", '{"email":"a@b.c"}\n{"email":"a@b.c"}')).rejects.toThrow(/use --format ndjson/);
  });
});
