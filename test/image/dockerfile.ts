/** One instruction of a Dockerfile, its continuation lines joined. */
export interface Instruction {
  readonly keyword: string;
  readonly flags: ReadonlyMap<string, string>;
  /** What follows the keyword and its flags. */
  readonly rest: string;
  readonly line: number;
}

/** @throws on what this reader would read otherwise than a builder: parser directives and here-documents */
export function parseDockerfile(text: string): Instruction[] {
  if (/^#\s*(escape|syntax)\s*=/im.test(text)) throw new Error("A parser directive is not known here");
  if (text.includes("<<")) throw new Error("A here-document is not known here");
  return joinLines(text).map(({ content, line }) => parseInstruction(content, line));
}

interface LogicalLine {
  readonly content: string;
  readonly line: number;
}

/** Comments go wherever they stand, also between continued lines. */
function joinLines(text: string): LogicalLine[] {
  const joined: LogicalLine[] = [];
  let open: { content: string; readonly line: number } | undefined;
  for (const [index, raw] of text.split("\n").entries()) {
    if (/^\s*(#|$)/.test(raw)) continue;
    const isContinued = raw.endsWith("\\");
    const content = (isContinued ? raw.slice(0, -1) : raw).trim();
    if (open === undefined) open = { content, line: index + 1 };
    else open.content += ` ${content}`;
    if (isContinued) continue;
    joined.push(open);
    open = undefined;
  }
  if (open !== undefined) throw new Error(`Line ${open.line} is continued, and nothing follows`);
  return joined;
}

function parseInstruction(content: string, line: number): Instruction {
  const [, keyword = "", flagText = "", rest = ""] = /^(\S+)((?:\s+--\S+)*)\s+(.+)$/s.exec(content) ?? [];
  if (keyword === "") throw new Error(`Line ${line} is no instruction: ${content}`);
  const flags = [...flagText.matchAll(/--([^=\s]+)(?:=(\S+))?/g)];
  return {
    keyword: keyword.toUpperCase(),
    flags: new Map(flags.map(([, name = "", value = ""]) => [name, value])),
    rest: rest.trim(),
    line,
  };
}

/** The exec form: a JSON array of strings. A command in shell form would never see the signals. */
export function parseExecForm(text: string): string[] {
  const words: unknown = JSON.parse(text);
  if (!Array.isArray(words) || words.length === 0 || !words.every((word) => typeof word === "string")) {
    throw new Error(`Not in exec form: ${text}`);
  }
  return words;
}

/** As Go writes them, which Docker reads: 1m30s, 500ms. */
export function parseDurationMs(text: string): number {
  const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  if (!/^(\d+(ms|s|m|h))+$/.test(text)) throw new Error(`Not a duration: ${text}`);
  const parts = [...text.matchAll(/(\d+)(ms|s|m|h)/g)];
  return parts.reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (UNITS_MS[unit] ?? 0), 0);
}
