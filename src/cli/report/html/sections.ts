/** The parts of the page, from the verdict down to the proof. */
import type { ProductReport, Report } from '../../../core/report/report.js';
import { blocksOf, totalBlocksOf } from '../content/facts.js';
import { milliseconds, moment, NONE, number, plural } from '../content/figures.js';
import {
  actionTable,
  customerTable,
  endingTable,
  productTable,
  proofTable,
  refusalTable,
  revenueOf,
  saleChangeTable,
} from '../content/tables.js';
import { conservationLine, gapsOf, titleOf, verdictOf, windowLines } from '../content/verdict.js';
import { html, preformatted, type Markup } from './markup.js';
import { funnelPlot } from './plots/funnel-plot.js';
import { bucketsOf, distributionPlot, latencyPlot } from './plots/latency-plot.js';
import { ratesPlot } from './plots/rates-plot.js';
import { factsMarkup, figuresMarkup, sectionMarkup, tableMarkup } from './tables.js';

/** A page with more of these would be too heavy to open; --json has all. */
const PRODUCTS_IN_FULL = 200;
const ROWS_OF_TABLE = 500;

export function headSection(report: Report): Markup {
  const gaps = gapsOf(report);
  return html`<header>
    <p class="kicker">Closing report</p>
    <h1>${titleOf(report)}</h1>
    ${windowLines(report).map((line) => html`<p class="soft">${line}</p>`)}
    <div class="outcome ${report.verdict}">
      <p class="verdict">${verdictOf(report)}</p>
      <p class="equation">${conservationLine(report)}</p>
      ${gaps.length === 0
        ? null
        : html`<ul class="gaps">
            ${gaps.map((gap) => html`<li>${gap}</li>`)}
          </ul>`}
    </div>
    ${keyFigures(report)}
  </header> `;
}

function keyFigures({ total }: Report): Markup {
  const { orders, pace, requests } = total;
  const keys: [label: string, value: string, more: string][] = [
    [
      'sold',
      number(orders.sold.units),
      `${orders.sold.units === 1 ? 'unit' : 'units'} in ${plural(orders.sold.orders, 'order')}`,
    ],
    [
      'revenue',
      revenueOf(total) || NONE,
      total.money.some(({ refundedMinor }) => refundedMinor > 0) ? 'before refunds' : '',
    ],
    [
      'accepted',
      number(orders.accepted.orders),
      `orders, ${number(pace.peakOrdersPerSecond)} in the busiest second`,
    ],
    [
      'requests',
      requests === null ? NONE : number(requests),
      requests === null ? 'no longer kept' : 'to place an order',
    ],
    [
      'first sold out',
      pace.soldOutAfterMs === null ? NONE : milliseconds(pace.soldOutAfterMs),
      pace.soldOutAfterMs === null ? 'never, as far as seen' : 'after the first order',
    ],
  ];
  return html`<dl class="keys">
    ${keys.map(
      ([label, value, more]) =>
        html`<div>
          <dt>${label}</dt>
          <dd>${value} <span class="more">${more}</span></dd>
        </div>`,
    )}
  </dl>`;
}

export function courseSections(report: Report): Markup[] {
  if (report.timeline.stretches.length === 0) return [];
  return [
    sectionMarkup('The course of the sale', ratesPlot(report), timelineFigures(report)),
    sectionMarkup('From request to sale', funnelPlot(report)),
    sectionMarkup(
      'How long buyers waited',
      latencyPlot(report) ??
        html`<p class="note">
          Nothing was measured, or it is no longer kept: times to 202 are kept for a week.
        </p>`,
      distributionPlot(report),
      bucketsOf(report).length === 0
        ? null
        : figuresMarkup('The distribution as a table', {
            columns: [{ title: 'took at most' }, { title: 'requests', align: 'right' }],
            rows: bucketsOf(report).map(({ label, count }) => [label, number(count)]),
            empty: '',
          }),
    ),
  ];
}

function timelineFigures({ timeline: { stretches, stretchSeconds } }: Report): Markup {
  const right = (title: string) => ({ title, align: 'right' as const });
  return figuresMarkup(`The figures as a table, by ${plural(stretchSeconds, 'second')}`, {
    columns: [{ title: 'at' }, ...['accepted', 'confirmed', 'refused', 'p50', 'p95', 'p99'].map(right)],
    rows: stretches.map(({ from, accepted, confirmed, refused, accept }) => [
      moment(from),
      number(accepted),
      number(confirmed),
      refused === null ? NONE : number(refused),
      ...[accept.p50Ms, accept.p95Ms, accept.p99Ms].map(milliseconds),
    ]),
    empty: '',
  });
}

export function figureSections(report: Report): Markup[] {
  const endings = endingTable(report);
  const customers = customerTable(report);
  const { products } = report;
  return [
    sectionMarkup('In figures', html`<div class="blocks">${totalBlocksOf(report).map(factsMarkup)}</div>`),
    sectionMarkup(
      'Products',
      tableMarkup(limited(productTable(report))),
      endings && html`<h3 class="note">${endings.title}</h3>`,
      endings && tableMarkup(limited(endings)),
      products.length < 2 ? null : html`${products.slice(0, PRODUCTS_IN_FULL).map(productDetails)}`,
    ),
    sectionMarkup('Refusals', tableMarkup(refusalTable(report))),
    ...(customers ? [sectionMarkup(customers.title, tableMarkup(customers))] : []),
    sectionMarkup('Changes of sale states', tableMarkup(limited(saleChangeTable(report)))),
    sectionMarkup('What operators did', tableMarkup(actionTable(report))),
  ];
}

function productDetails(product: ProductReport): Markup {
  const blocks = blocksOf(product, product.maxPerCustomer);
  const refusals = {
    title: 'Refusals',
    facts: product.refusals.map(({ code, count }) => ({ label: code, value: number(count) })),
  };
  const all = refusals.facts.length > 0 ? [...blocks, refusals] : blocks;
  return html`<details class="product">
    <summary>${product.productId}: all figures</summary>
    <div class="blocks">${all.map(factsMarkup)}</div>
  </details> `;
}

function limited<T extends { readonly rows: readonly (readonly string[])[]; readonly note?: string }>(
  table: T,
): T {
  if (table.rows.length <= ROWS_OF_TABLE) return table;
  const more = `${number(table.rows.length - ROWS_OF_TABLE)} more are in the JSON.`;
  return {
    ...table,
    rows: table.rows.slice(0, ROWS_OF_TABLE),
    note: table.note ? `${table.note} ${more}` : more,
  };
}

export function proofSection(report: Report): Markup {
  const { proof } = report;
  const table = proofTable(report);
  const ids = (proof.parameters[0] ?? []).slice(0, PRODUCTS_IN_FULL);
  const parameter = ids.map((id) => JSON.stringify(id)).join(',');
  return sectionMarkup(
    table.title,
    tableMarkup(limited(table)),
    preformatted(`${proof.sql}\n-- $1: {${parameter}}`),
  );
}
