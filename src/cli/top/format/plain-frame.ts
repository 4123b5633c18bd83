/** The same figures as lines of text: for pipes, CI, `--once`, and screens too small for tiles. */
import type { TopSnapshot } from '../state/snapshot.js';
import { formatCount, formatMs, formatRate } from './numbers.js';
import { bottleneckLine, freshnessLine, refusalsLines, saleText } from './screen-text.js';
import { PRODUCT_COLUMNS, productRows } from '../rows/product-rows.js';
import { symbolsFor } from './symbols.js';
import { fitColumns, headingLine, segmentsOf } from './table-line.js';

export interface PlainFrameOptions {
  readonly ascii: boolean;
  /** Columns for the table of products. Default: as many as it takes. */
  readonly room?: number;
}

/** @returns lines without trailing blanks; unknown figures are `-` */
export function plainFrame(snapshot: TopSnapshot, options: PlainFrameOptions): string[] {
  const symbols = symbolsFor(options.ascii);
  const columns = stockColumns(snapshot, options.room);
  const lines = [
    `at        ${snapshot.at}`,
    saleText(snapshot).replace(/^sale/, 'sale     '),
    ...rateLines(snapshot),
    pipelineLine(snapshot),
    bottleneckLine(snapshot.pipeline),
    '',
    headingLine(columns, { sort: null, reverse: false }, symbols),
    ...productRows(snapshot.products).map((row) =>
      segmentsOf(row, columns, 'ascii', symbols)
        .map(({ text }) => text)
        .join(''),
    ),
    '',
    ...attentionLines(snapshot, symbols.arrow),
    `sources   ${freshnessLine(snapshot, symbols.separator)}`,
  ];
  return lines.map((line) => line.trimEnd());
}

/** Names are whole, and bars are left out: these lines are read by programs too. */
function stockColumns({ products }: TopSnapshot, room: number | undefined) {
  if (room !== undefined) return fitColumns(PRODUCT_COLUMNS, room, false);
  const longest = Math.max(8, ...products.map((product) => product.productId.length));
  const columns = PRODUCT_COLUMNS.map((column) => {
    if (column.title === 'PRODUCT') return { ...column, width: longest, growsTo: 0 };
    return { ...column, growsTo: 0 };
  });
  return fitColumns(columns, Infinity, true).filter(({ title }) => title !== 'HELD+SOLD');
}

function rateLines(snapshot: TopSnapshot): string[] {
  const { rates, latency } = snapshot;
  const rate = (label: string, perSecond: number | null) => `${label} ${formatRate(perSecond)}/s`;
  const flow = (['accepted', 'refused', 'shed', 'published', 'started', 'confirmed', 'failed'] as const).map(
    (figure) => rate(figure, rates?.[figure] ?? null),
  );
  const [refusals] = refusalsLines(snapshot);
  const lines = [`rates     ${flow.join('  ')}`];
  if (refusals !== undefined) lines.push(`refusals  ${refusals}`);
  for (const measure of ['accept', 'start', 'confirm'] as const) {
    const times = latency[measure];
    if (!times) continue;
    const [p50, p95, p99] = [times.p50Ms, times.p95Ms, times.p99Ms].map((ms) => formatMs(ms));
    lines.push(`${measure.padEnd(10)}p50 ${p50}  p95 ${p95}  p99 ${p99}`);
  }
  return lines;
}

function pipelineLine({ pipeline }: TopSnapshot): string {
  const count = (value: number | null) => formatCount(value);
  const age = pipeline.outboxOldestAgeMs === null ? '' : ` (oldest ${formatMs(pipeline.outboxOldestAgeMs)})`;
  return `pipeline  outbox ${count(pipeline.outboxDepth)}${age}  lag ${count(pipeline.kafkaLag)}  backlog ${count(pipeline.temporalBacklog)}  stuck ${count(pipeline.stuckOrders)}`;
}

function attentionLines(snapshot: TopSnapshot, arrow: string): string[] {
  if (snapshot.attention.length === 0) return ['attention nothing'];
  return snapshot.attention.map(
    (one) => `! ${one.message}${one.command === null ? '' : ` ${arrow} ${one.command}`}`,
  );
}
