import { escapeHtml } from "../../lib/html.js";
import type { Letter, LetterLink } from "./letter.js";

/** No colours but the button's own: whoever reads in the dark gets those of their mail program. */
const STYLES = {
  page: "max-width:34em;margin:0 auto;padding:16px;font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5;overflow-wrap:break-word;word-break:break-word",
  button:
    "display:inline-block;padding:12px 20px;border-radius:6px;background-color:#1d4ed8;color:#ffffff;font-weight:bold;text-decoration:none",
  url: "word-break:break-all",
  footer: "font-size:14px",
} as const;

/** Nothing that a mail program would have to fetch: no image, no font, no style sheet. */
export function renderHtml({
  language,
  subject,
  greeting,
  before,
  link,
  facts,
  after,
  footer,
}: Letter): string {
  const blocks = [
    paragraph(greeting),
    ...before.map(paragraph),
    ...(link === null ? [] : renderLink(link)),
    ...(facts.length === 0 ? [] : [renderFacts(facts)]),
    ...after.map(paragraph),
    `<p style="${STYLES.footer}">${escapeHtml(footer)}</p>`,
  ];
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(subject)}</title>
</head>
<body>
<div lang="${escapeHtml(language)}" style="${STYLES.page}">
${blocks.join("\n")}
</div>
</body>
</html>
`;
}

const paragraph = (text: string): string => `<p>${escapeHtml(text)}</p>`;

function renderLink({ url, action, buttonFails }: LetterLink): readonly string[] {
  const href = escapeHtml(url);
  return [
    `<p><a href="${href}" style="${STYLES.button}">${escapeHtml(action)}</a></p>`,
    `<p>${escapeHtml(buttonFails)}<br>\n<a href="${href}" style="${STYLES.url}">${href}</a></p>`,
  ];
}

function renderFacts(facts: Letter["facts"]): string {
  const lines = facts.map(([name, value]) => `<strong>${escapeHtml(name)}:</strong> ${escapeHtml(value)}`);
  return `<p>${lines.join("<br>\n")}</p>`;
}
