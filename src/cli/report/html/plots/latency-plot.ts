/** How long accepted requests took: percentiles over the sale, and how all of them are distributed. */
import { LATENCY_BOUNDS_MS } from '../../../../core/stats/latency-buckets.js';
import type { Report } from '../../../../core/report/report.js';
import { milliseconds, number } from '../../content/figures.js';
import { html, type Markup } from '../markup.js';
import { frameOf } from './rates-plot.js';
import { axisFor, round } from './scale.js';
import { drawLine } from './step-path.js';
import { drawFrame } from './time-frame.js';

const HEIGHT = 150;
const BARS_HEIGHT = 110;
const LABELS_BELOW = 24;
const LABELS_ABOVE = 16;

export function latencyPlot({ timeline, total }: Report): Markup | null {
  const { stretches } = timeline;
  const of = (key: 'p50Ms' | 'p95Ms' | 'p99Ms') => stretches.map(({ accept }) => accept[key]);
  const slowest = of('p99Ms').flatMap((ms) => (ms === null ? [] : [ms]));
  if (slowest.length === 0) return null;
  const axis = axisFor(Math.max(...slowest));
  const field = { height: HEIGHT, end: axis.end };
  const { p50Ms, p95Ms, p99Ms } = total.times.accept;
  const plot = drawFrame(
    {
      ...frameOf(timeline),
      id: 'latency',
      title: 'Time from request to 202',
      description: `Percentiles over the sale. Of the whole sale: p50 ${milliseconds(p50Ms)}, p95 ${milliseconds(p95Ms)}, p99 ${milliseconds(p99Ms)}. The table below has the figures.`,
      height: HEIGHT,
      axis,
      label: milliseconds,
    },
    [
      ...drawLine(of('p99Ms'), field, 'accepted low'),
      ...drawLine(of('p95Ms'), field, 'accepted mid'),
      ...drawLine(of('p50Ms'), field, 'accepted'),
    ],
  );
  return html`<figure>
    <figcaption>
      <h3>Time from request to 202</h3>
      <ul class="legend">
        <li class="accepted">p50</li>
        <li class="accepted mid">p95</li>
        <li class="accepted low">p99</li>
      </ul>
    </figcaption>
    ${plot}
  </figure>`;
}

interface Bucket {
  readonly label: string;
  readonly count: number;
}

/** All bounds between the fastest and the slowest, so that gaps show as gaps. */
export function bucketsOf({ acceptHistogram }: Report): Bucket[] {
  const used = LATENCY_BOUNDS_MS.filter((bound) => (acceptHistogram[bound] ?? 0) > 0);
  const [first, last] = [used[0] ?? Infinity, used.at(-1) ?? -Infinity];
  return LATENCY_BOUNDS_MS.filter((bound) => bound >= first && bound <= last).map((bound) => ({
    label: milliseconds(bound),
    count: acceptHistogram[bound] ?? 0,
  }));
}

export function distributionPlot(report: Report): Markup | null {
  const buckets = bucketsOf(report);
  const most = Math.max(0, ...buckets.map(({ count }) => count));
  if (most === 0) return null;
  const width = 100 / buckets.length;
  const every = Math.ceil(buckets.length / 6);
  const bars = buckets.map(({ count }, index) => {
    const height = count === 0 ? 0 : Math.max(1, round((count / most) * BARS_HEIGHT));
    const top = LABELS_ABOVE + BARS_HEIGHT - height;
    return html`<rect
      class="bar accepted"
      x="${round(width * (index + 0.08))}%"
      y="${top}"
      width="${round(width * 0.84)}%"
      height="${height}"
    ></rect>`;
  });
  const labels = buckets.map(({ label }, index) =>
    index % every === 0
      ? html`<text
          x="${round(width * (index + 0.5))}%"
          y="${LABELS_ABOVE + BARS_HEIGHT + 18}"
          text-anchor="middle"
          >${label}</text
        >`
      : null,
  );
  const busiest = buckets.findIndex(({ count }) => count === most);
  const height = LABELS_ABOVE + BARS_HEIGHT + LABELS_BELOW;
  return html`<figure>
    <figcaption><h3>How the times to 202 are distributed</h3></figcaption>
    <svg height="${height}" role="img" aria-labelledby="distribution-title distribution-desc">
      <title id="distribution-title">Distribution of the times to 202</title>
      <desc id="distribution-desc">
        Accepted requests by the time they took at most; ${number(most)} took up to
        ${buckets[busiest]?.label ?? ''}. The table below has the figures.
      </desc>
      <line
        class="base"
        x1="0"
        x2="100%"
        y1="${LABELS_ABOVE + BARS_HEIGHT}"
        y2="${LABELS_ABOVE + BARS_HEIGHT}"
      ></line>
      ${bars}${labels}
      <text
        x="${round(width * (busiest + 0.5))}%"
        y="${LABELS_ABOVE - 5}"
        text-anchor="${anchorAt(busiest, buckets.length)}"
      >
        ${number(most)}
      </text>
    </svg>
  </figure>`;
}

function anchorAt(index: number, count: number): string {
  if (index === 0) return 'start';
  return index === count - 1 ? 'end' : 'middle';
}
