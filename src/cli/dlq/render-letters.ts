/** Dead letters for people: how many of each cause, the letters, one whole letter. */
import type { ReasonCount } from '../../core/dead-letters/count-reasons.js';
import { MAX_REPLAYS } from '../../core/dead-letters/limits.js';
import type { FoundLetter } from '../../core/dead-letters/scan-letters.js';
import { formatDuration } from '../../core/duration.js';
import type { Output } from '../output/output.js';
import { printable } from '../output/printable.js';
import { renderTable, type Column } from '../output/table.js';

const DETAIL_WIDTH = 60;

export function renderReasons(output: Output, counts: readonly ReasonCount[], now: Date): string {
  return renderTable<ReasonCount>(
    output,
    [
      { title: 'cause', value: ({ reason }) => printable(reason ?? '') },
      { title: 'letters', value: ({ count }) => String(count), align: 'right' },
      { title: 'oldest', value: ({ oldest }) => ageText(oldest, now), align: 'right' },
      { title: 'newest', value: ({ newest }) => ageText(newest, now), align: 'right' },
    ],
    counts,
  );
}

export function renderLetters(output: Output, letters: readonly FoundLetter[], now: Date): string {
  const columns: Column<FoundLetter>[] = [
    { title: 'letter', value: ({ id }) => id },
    { title: 'cause', value: ({ reason }) => printable(reason ?? '') },
    { title: 'state', value: stateText },
    { title: 'age', value: ({ writtenAt }) => ageText(writtenAt, now), align: 'right' },
    { title: 'replays', value: ({ replays }) => String(replays), align: 'right' },
    { title: 'product', value: ({ productId }) => printable(productId ?? '') },
    { title: 'order', value: ({ orderId }) => printable(orderId ?? '') },
    { title: 'detail', value: ({ detail }) => shorten(printable(detail ?? '')) },
  ];
  return renderTable(output, columns, letters);
}

/** Quarantine is told where it matters: of letters that nobody has dealt with. */
export function stateText({ state, replays }: FoundLetter): string {
  return state === 'open' && replays >= MAX_REPLAYS ? 'quarantined' : state;
}

/** Clocks of hosts may differ: nothing is buried in the future. */
export function ageText(at: Date, now: Date): string {
  return formatDuration(Math.max(0, now.getTime() - at.getTime()));
}

function shorten(text: string): string {
  return text.length > DETAIL_WIDTH ? `${text.slice(0, DETAIL_WIDTH - 1)}…` : text;
}
