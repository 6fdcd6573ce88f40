/** What follows is evaluated in a page: the compiler does not know the browser's globals here. */

export interface Contrasts {
  /** How many elements have text that is seen. */
  readonly readable: number;
  /** The least among them (WCAG 2.2, 1.4.3). */
  readonly text: number;
  /** The least of the edges of fields; 21 without any (1.4.11). */
  readonly edge: number;
}

export const CONTRASTS = `(() => {
  const rgb = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const groundOf = (element) => {
    const color = rgb(getComputedStyle(element).backgroundColor);
    return color[3] === 0 && element.parentElement ? groundOf(element.parentElement) : color;
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const read = [...document.body.querySelectorAll("*")].filter((element) => hasText(element) && element.checkVisibility());
  const fields = [...document.querySelectorAll("input:not([type=checkbox])")].filter((field) => field.checkVisibility());
  return {
    readable: read.length,
    text: Math.min(...read.map((element) => ratio(rgb(getComputedStyle(element).color), groundOf(element)))),
    edge: Math.min(21, ...fields.map((field) => ratio(rgb(getComputedStyle(field).borderTopColor), groundOf(field.parentElement)))),
  };
})()`;

/** What is wider than the place that it has; a long password moves in its field. */
export const OVERFLOWING = `[document.documentElement, ...document.body.querySelectorAll(":not(input)")]
  .filter((element) => element.checkVisibility() && element.clientWidth > 1 && element.scrollWidth > element.clientWidth)
  .map((element) => element.outerHTML.slice(0, 60))`;

/** What can be pressed and is too low for a finger. */
export const TOO_LOW = `(least) => [...document.querySelectorAll("a, button, summary, input:not([type=checkbox]), .choice")]
  .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < least)
  .map((element) => element.outerHTML.slice(0, 80))`;

/** Sentences that are laid out in pieces: in a grid or flexible box each piece of text is a box of its own. */
export const IN_PIECES = `[...document.body.querySelectorAll("*")]
  .filter((element) => element.checkVisibility() && /grid|flex/.test(getComputedStyle(element).display))
  .filter(({ childNodes }) => childNodes.length > 1 && [...childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((element) => element.outerHTML.slice(0, 60))`;
