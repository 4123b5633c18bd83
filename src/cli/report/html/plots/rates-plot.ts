/** Orders and sales a second over the sale, and the refusals under them on a scale of their own. */
import type { Report } from '../../../../core/report/report.js';
import { number } from '../../content/figures.js';
import { html, type Markup } from '../markup.js';
import { axisFor } from './scale.js';
import { drawSteps } from './step-path.js';
import { drawFrame, type TimeFrame } from './time-frame.js';

const HEIGHT = 200;
const REFUSALS_HEIGHT = 90;

export function ratesPlot({ timeline, total }: Report): Markup {
  const { stretches, stretchSeconds } = timeline;
  const perSecond = (count: number) => count / stretchSeconds;
  const accepted = stretches.map((one) => perSecond(one.accepted));
  const confirmed = stretches.map((one) => perSecond(one.confirmed));
  const refused = stretches.map((one) => (one.refused === null ? null : perSecond(one.refused)));
  const axis = axisFor(Math.max(...accepted, ...confirmed));
  const mean = stretchSeconds === 1 ? '' : `, means of ${stretchSeconds} s`;
  const peaks = `at most ${number(total.pace.peakOrdersPerSecond)} orders and ${number(total.pace.peakSalesPerSecond)} sales in one second`;
  const frame = frameOf(timeline);
  const rates = drawFrame(
    {
      ...frame,
      id: 'rates',
      title: 'Orders and sales per second',
      description: `Accepted and confirmed orders per second over the sale, ${peaks}. The table below has the figures.`,
      height: HEIGHT,
      axis,
      label: (tick) => `${number(tick)}/s`,
    },
    [
      ...drawSteps(accepted, { height: HEIGHT, end: axis.end }, 'accepted', true),
      ...drawSteps(confirmed, { height: HEIGHT, end: axis.end }, 'sold', false),
    ],
  );
  return html`<figure>
      <figcaption>
        <h3>Orders and sales per second${mean}</h3>
        <ul class="legend">
          <li class="accepted">accepted</li>
          <li class="sold">confirmed</li>
        </ul>
      </figcaption>
      ${rates}
    </figure>
    ${refusalsPlot(frame, refused, mean)}`;
}

function refusalsPlot(
  frame: Pick<TimeFrame, 'since' | 'until'>,
  refused: readonly (number | null)[],
  mean: string,
): Markup {
  const known = refused.filter((value) => value !== null);
  const highest = Math.max(0, ...known);
  if (highest === 0) return html``;
  const axis = axisFor(highest, 2);
  const plot = drawFrame(
    {
      ...frame,
      id: 'refused',
      title: 'Refusals per second',
      description: `Requests refused per second over the sale, at most ${number(Math.round(highest))}. The table below has the figures.`,
      height: REFUSALS_HEIGHT,
      axis,
      label: (tick) => `${number(tick)}/s`,
    },
    drawSteps(refused, { height: REFUSALS_HEIGHT, end: axis.end }, 'refused', true),
  );
  return html`<figure>
    <figcaption><h3>Refusals per second${mean}</h3></figcaption>
    ${plot}
  </figure>`;
}

export function frameOf({
  stretches,
  stretchSeconds,
}: Report['timeline']): Pick<TimeFrame, 'since' | 'until'> {
  const since = stretches[0]?.from ?? new Date(0);
  return { since, until: new Date(since.getTime() + stretches.length * stretchSeconds * 1_000) };
}
