/** What the report comes to, in sentences. */
import { formatDuration } from '../../../core/duration.js';
import type { Report } from '../../../core/report/report.js';
import { moment, number, plural } from './figures.js';

export function verdictOf({ verdict, oversold, problems, proof }: Report): string {
  if (verdict === 'passed') {
    return proof.rows.length === 0
      ? 'Nothing was ever seeded.'
      : '0 units oversold. Every unit is accounted for.';
  }
  const wrong = new Set(problems.map(({ productId }) => productId)).size;
  return oversold > 0
    ? `${plural(oversold, 'unit')} OVERSOLD, of ${plural(wrong, 'product')}.`
    : `The units of ${plural(wrong, 'product')} DO NOT ADD UP: orders and stock disagree.`;
}

/** `seeded 300 = available 0 + held 0 + sold 300`, over all products. */
export function conservationLine({ total: { units } }: Report): string {
  if (!units) return 'seeded 0 = available 0 + held 0 + sold 0';
  const { seeded, available, held, sold } = units;
  const sum = available + held + sold;
  const sign = sum === seeded ? '=' : '≠';
  const parts = `available ${number(available)} + held ${number(held)} + sold ${number(sold)}`;
  return `seeded ${number(seeded)} ${sign} ${parts}`;
}

export function windowLines({ window, madeAt }: Report): string[] {
  const made = `As it stood ${moment(madeAt)}.`;
  if (!window) return ['There are no orders.', made];
  const length = formatDuration(window.until.getTime() - window.since.getTime());
  const why = window.asked ? '' : ', from the first to the last';
  return [
    `Orders accepted ${moment(window.since)} to ${moment(window.until)}.`,
    `That is ${length}${why}. ${made}`,
  ];
}

/** At most three, and how many there are beyond. */
export function titleOf({ products }: Report): string {
  if (products.length === 0) return 'no products';
  if (products.length > 3) return plural(products.length, 'product');
  return products.map(({ productId }) => productId).join(', ');
}

/** What this report cannot tell, and why. */
export function gapsOf(report: Report): string[] {
  const { unavailable, figuresSince, total } = report;
  return [
    ...unavailable.map(({ store, reason }) => `Dead letters were not counted: ${store} ${reason}.`),
    ...(figuresSince
      ? [
          `Refusals and accept times are kept for a week: none from before ${moment(figuresSince)} are in this report.`,
        ]
      : []),
    ...(total.orders.open.orders > 0
      ? [`${plural(total.orders.open.orders, 'order')} not final yet: the figures are not the last ones.`]
      : []),
    ...(total.units && total.units.unexplained !== 0
      ? [
          `The seeded units differ by ${number(total.units.unexplained)} from what seed-stock did: something else changed them.`,
        ]
      : []),
  ];
}
