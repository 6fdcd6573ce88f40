import { LATCHKEY } from "./candidates/index.js";
import { type Metric, ratioOf, type Series } from "./series.js";

export interface Bar {
  readonly label: string;
  /** Latchkey's is 1. */
  readonly value: number;
}

export interface Chart {
  readonly title: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 900;
const LABEL_WIDTH = 340;
const VALUE_WIDTH = 70;
const BAR_WIDTH = WIDTH - LABEL_WIDTH - VALUE_WIDTH;
const BAR_HEIGHT = 18;
const ROW_HEIGHT = 26;
const TITLE_HEIGHT = 40;
const MARGIN = 16;
/** A character of the labels' font at most, so that nothing runs into a bar. */
const CHARACTER_WIDTH = 7.2;

/** The same picture on white and on black paper. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; }
  .own { fill: #1a7f37; }
  .other { fill: #8c959f; }
  .unit { stroke: #1f2328; stroke-dasharray: 3 3; opacity: 0.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .own { fill: #3fb950; }
    .other { fill: #6e7681; }
    .unit { stroke: #e6edf3; }
  }`;

/** How many times Latchkey's cost others have: by server time, or by rates where that is what is judged. */
export function chartOf(title: string, series: readonly Series[], metric: Metric): Chart | undefined {
  const own = series.find(({ contestant }) => contestant === LATCHKEY);
  if (own === undefined) return undefined;
  const bars = series.flatMap((one): readonly Bar[] => {
    const ratio = metric === "rate" ? ratioOf(own, one, metric) : ratioOf(one, own, metric);
    return ratio === undefined ? [] : [{ label: one.contestant, value: ratio }];
  });
  return bars.length < 2 ? undefined : { title, bars: bars.sort((a, b) => a.value - b.value) };
}

/** Horizontal bars, logarithmic, so that a tenth and ten times both can be seen. */
export function toSvg(charts: readonly Chart[]): string {
  const heights = charts.map(({ bars }) => TITLE_HEIGHT + bars.length * ROW_HEIGHT);
  const height = heights.reduce((sum, one) => sum + one, 2 * MARGIN);
  let top = MARGIN;
  const drawn = charts.map((chart, i) => {
    const text = draw(chart, top);
    top += heights[i] ?? 0;
    return text;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>What a request costs, compared with Latchkey</title>
<style>${STYLE}
</style>
${drawn.join("\n")}
</svg>
`;
}

function draw({ title, bars }: Chart, top: number): string {
  const values = bars.map(({ value }) => value);
  const [low, high] = [Math.min(...values, 1) / 1.5, Math.max(...values, 1)];
  const place = (value: number): number => (Math.log(value / low) / Math.log(high / low)) * BAR_WIDTH;
  const first = top + TITLE_HEIGHT - 8;
  const rows = bars.map(({ label, value }, row) => {
    const y = first + row * ROW_HEIGHT;
    const length = Math.max(1, place(value)).toFixed(1);
    const baseline = y + BAR_HEIGHT - 5;
    return `<text x="${LABEL_WIDTH - 8}" y="${baseline}" text-anchor="end">${escapeXml(shorten(label))}</text>
<rect class="${label === LATCHKEY ? "own" : "other"}" x="${LABEL_WIDTH}" y="${y}" width="${length}" height="${BAR_HEIGHT}" rx="2"/>
<text x="${(LABEL_WIDTH + Number(length) + 6).toFixed(1)}" y="${baseline}">${formatRatio(value)}</text>`;
  });
  const unit = (LABEL_WIDTH + place(1)).toFixed(1);
  const bottom = first + bars.length * ROW_HEIGHT - (ROW_HEIGHT - BAR_HEIGHT);
  return `<text class="title" x="${MARGIN}" y="${top + 18}">${escapeXml(title)}</text>
${rows.join("\n")}
<line class="unit" x1="${unit}" y1="${first - 2}" x2="${unit}" y2="${bottom + 2}"/>`;
}

const formatRatio = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(1)}x`;

function shorten(label: string): string {
  const most = Math.floor((LABEL_WIDTH - MARGIN) / CHARACTER_WIDTH);
  return label.length <= most ? label : `${label.slice(0, most - 1)}…`;
}

const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
