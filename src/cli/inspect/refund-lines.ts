/** What goes back of an order, line by line. */
import { formatMoney } from '../../core/money.js';
import type { InspectedOrder } from '../../core/triage/inspect-order.js';
import type { Colours } from '../output/colours.js';
import { printable } from '../output/printable.js';
import type { Line } from '../output/section.js';

export function refundLines(colours: Colours, { refund }: InspectedOrder): Line[] {
  if (!refund) return [];
  const { calledOff, due, refunded, restockedAt, restockedUnits, offered } = refund;
  const lines: Line[] = [];
  if (calledOff) {
    const by = calledOff.by === null ? '' : ` by ${printable(calledOff.by)}`;
    const why = calledOff.reason === null ? '' : `: ${printable(calledOff.reason)}`;
    lines.push(['called off', `${calledOff.at.toISOString()}${by}${why}`]);
  }
  if (due.length > 0) lines.push(['money', colours.warning(`${due.map(formatMoney).join(' + ')} due`)]);
  if (refunded.length > 0) lines.push(['money', `${refunded.map(formatMoney).join(' + ')} given back`]);
  if (restockedAt) {
    const units = `${restockedUnits} ${restockedUnits === 1 ? 'unit' : 'units'}`;
    const where = offered ? 'on sale again' : colours.warning('free, and not on offer in Redis yet');
    lines.push(['units', `${units} ${where}, since ${restockedAt.toISOString()}`]);
  } else if (calledOff) lines.push(['units', 'kept: not restocked']);
  return lines;
}
