import { LATCHKEY } from "./candidates/index.js";
import { type Figures, METRICS, type Metric, medianOf, ratioOf, type Series } from "./series.js";

/** The first row is the heading. */
export type Table = readonly (readonly string[])[];

/** One row for each contestant: medians of what was measured, and how many times Latchkey's cost that is. */
export function tableOf(series: readonly Series[], judgedBy: Metric): Table {
  const metrics = Object.keys(METRICS).filter((name): name is Metric =>
    series.some(({ rounds }) => rounds.some((figures: Figures) => name in figures)),
  );
  const showsUsers = new Set(series.map(({ users }) => users)).size > 1;
  const heading = metrics.map((metric) => METRICS[metric].heading);
  const rows = series.map((one) => {
    const name = showsUsers ? `${one.contestant}, ${formatCount(one.users)} users` : one.contestant;
    if (one.failure !== undefined) return [name, ...metrics.map(() => "–"), `failed: ${brief(one.failure)}`];
    const cells = metrics.map((metric) => formatFigure(medianOf(one, metric), METRICS[metric].decimals));
    return [name, ...cells, describeRatio(one, referenceOf(one, series, showsUsers), judgedBy)];
  });
  return [
    ["", ...heading, `${METRICS[judgedBy].heading}: ${showsUsers ? "to the fewest" : "to Latchkey"}`],
    ...rows,
  ];
}

/** What a row is compared with: Latchkey, or the same with fewer users. */
function referenceOf(
  { contestant }: Series,
  series: readonly Series[],
  isGrowth: boolean,
): Series | undefined {
  return series.find((other) => other.contestant === (isGrowth ? contestant : LATCHKEY));
}

function describeRatio(one: Series, reference: Series | undefined, metric: Metric): string {
  const ratio = reference === undefined ? undefined : ratioOf(one, reference, metric);
  return ratio === undefined ? "–" : `${ratio.toFixed(2)}x`;
}

export const formatCount = (value: number): string => value.toLocaleString("en-US");

export const formatFigure = (value: number | undefined, decimals: number): string =>
  value === undefined
    ? "–"
    : value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

/** For a terminal: names to the left, figures to the right. */
export function toText(table: Table): string {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  return table
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function toMarkdown([heading = [], ...rows]: Table): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  const rule = `|${heading.map((_, column) => (column === 0 ? "---" : "---:")).join("|")}|`;
  return [line(heading), rule, ...rows.map(line)].join("\n");
}

const brief = (text: string): string => text.replace(/\s+/g, " ").slice(0, 120);
