/** From request to sale as bars, with what was lost on the way as text: it reads the same on a phone. */
import type { Report } from '../../../../core/report/report.js';
import { number, share } from '../../content/figures.js';
import { STAGES } from '../../content/tables.js';
import { html, type Markup } from '../markup.js';
import { round } from './scale.js';

const BAR_HEIGHT = 14;
/** The others are in the table of refusals. */
const LOSSES_SHOWN = 6;

export function funnelPlot({ funnel }: Report): Markup {
  const most = Math.max(1, ...funnel.map(({ count }) => count));
  const rows = funnel.map(({ stage, count, losses }) => {
    const width = count === 0 ? 0 : Math.max(0.3, round((count / most) * 100));
    const name = stage === 'requests' ? 'all' : stage === 'confirmed' ? 'sold' : 'accepted';
    const shown = losses.slice(0, LOSSES_SHOWN).map((loss) => `${loss.code} ${number(loss.count)}`);
    const rest = losses.length > LOSSES_SHOWN ? [`${losses.length - LOSSES_SHOWN} other reasons`] : [];
    const lost = [...shown, ...rest].join(', ');
    return html`<li>
      <span>${STAGES[stage]}</span>
      <div>
        <div class="of">
          <span class="count">${number(count)}</span><span class="soft">${share(count / most)}</span>
        </div>
        <svg height="${BAR_HEIGHT}" aria-hidden="true">
          <rect class="track" width="100%" height="${BAR_HEIGHT}"></rect>
          <rect class="bar ${name}" width="${width}%" height="${BAR_HEIGHT}"></rect>
        </svg>
      </div>
      ${lost === '' ? null : html`<div class="losses">lost: ${lost}</div>`}
    </li>`;
  });
  return html`<ol class="funnel">
    ${rows}
  </ol>`;
}
