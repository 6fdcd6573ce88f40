import type { Letter } from "./letter.js";

const LINE_LENGTH = 72;

export function renderText({ greeting, before, link, facts, after, footer }: Letter): string {
  const blocks = [
    wrap(greeting),
    ...before.map(wrap),
    // Alone on its line: then every mail program finds where it ends.
    ...(link === null ? [] : [`${link.action}:\n${link.url}`]),
    facts.map(([name, value]) => `${name}: ${value}`).join("\n"),
    ...after.map(wrap),
    wrap(footer),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/** Breaks between words only: an address that is too long stands on a line of its own. */
function wrap(paragraph: string): string {
  const lines: string[] = [];
  for (const word of paragraph.split(" ")) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > LINE_LENGTH) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.join("\n");
}
