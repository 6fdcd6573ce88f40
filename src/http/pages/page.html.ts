import { readFileSync } from "node:fs";
import { escapeHtml } from "../../lib/html.js";
import type { PageData } from "./browser/page-data.js";
import { PAGE_STYLES } from "./page.styles.js";
import type { PageTexts, PasswordLimits, Texts } from "./page-texts.js";

export const PAGE_SCRIPT = readFileSync(new URL("./browser/page.js", import.meta.url), "utf8");

const KEY = `<path fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" d="M12.5 11.5 21 3m-3 3 3 3m-6 0 2 2M14 15.5a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0Z"/>`;
const SVG = `<svg viewBox="0 0 24 24" aria-hidden="true"`;
/** In the page itself: a browser would otherwise ask for /favicon.ico. */
const ICON = encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" color="#6a78e8">${KEY}</svg>`,
);
const MARK = `fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"`;

export interface Page {
  readonly kind: "verifyEmail" | "resetPassword";
  readonly mutation: string;
  /** Whose page it is, for people. */
  readonly service: string;
  readonly language: string;
  readonly texts: Texts;
  readonly limits: PasswordLimits;
}

/**
 * One text for all who ask: nothing of a request is in it, so that no link can put anything into it. The script takes
 * the token from the address, and writes text only, never markup.
 */
export function renderPage(page: Page): string {
  const { language, texts, kind } = page;
  const { heading, lead, button } = texts[kind];
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${escapeHtml(heading)}</title>
<link rel="icon" href="data:image/svg+xml,${ICON}">
<style>${PAGE_STYLES}</style>
</head>
<body>
<p class="service">${SVG}>${KEY}</svg><span>${escapeHtml(page.service)}</span></p>
<main id="main">
${SVG} class="mark success" ${MARK}><circle cx="12" cy="12" r="10"/><path d="m7.5 12.5 3 3 6-7"/></svg>
${SVG} class="mark refusal" ${MARK}><circle cx="12" cy="12" r="10"/><path d="M12 7v6m0 3.5v.01"/></svg>
<h1 id="heading">${escapeHtml(heading)}</h1>
<p id="lead">${escapeHtml(lead)}</p>
<form id="form" method="post" novalidate hidden>
${kind === "resetPassword" ? renderPasswordField(texts, page.limits) : ""}<button id="button">${escapeHtml(button)}</button>
</form>
<p id="message" role="status" tabindex="-1"></p>
<noscript><p>${escapeHtml(texts.noScript)}</p></noscript>
</main>
<script type="application/json" id="page-data">${escapeJson(dataOf(page, texts[kind]))}</script>
<script type="module">${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

/**
 * Without a name it would not be sent, should the form ever be sent without the script. No `maxlength`: a browser
 * would cut a pasted password without a word. The fault is described by the field, and an alert for whoever is there
 * already because Enter has sent the form.
 */
function renderPasswordField({ newPassword: { label, hint, show } }: Texts, limits: PasswordLimits): string {
  return `<label for="password">${escapeHtml(label)}</label>
<p id="hint">${escapeHtml(hint(limits))}</p>
<input id="password" type="password" autocomplete="new-password" minlength="${limits.minLength}" required
 autocapitalize="none" autocorrect="off" spellcheck="false" aria-describedby="fault hint">
<p id="fault" role="alert"></p>
<label class="choice"><input id="show" type="checkbox" autocomplete="off"> ${escapeHtml(show)}</label>
`;
}

function dataOf({ language, texts, mutation, limits }: Page, { success, invalidToken }: PageTexts): PageData {
  const { underWay, incompleteLink, problems, newPassword } = texts;
  const faults = newPassword.faults(limits);
  return { language, mutation, underWay, success, incompleteLink, invalidToken, problems, faults };
}

/** No text ends the element that it stands in. */
function escapeJson(data: PageData): string {
  return JSON.stringify(data).replaceAll("<", "\\u003c");
}
