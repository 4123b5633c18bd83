/** One table of a report as CSV: headings once, amounts in minor units with their currency. */
import type { ProductReport, Report } from '../../core/report/report.js';
import { csvLine, type Cell } from './csv-lines.js';
import type { CsvTable } from './forms.js';

/** @param seconds the lines of `sales-per-second`, which are gathered while the report is read */
export function renderCsv(report: Report, table: CsvTable, seconds: readonly string[]): string {
  return `${linesOf(report, table, seconds).join('\n')}\n`;
}

function linesOf(report: Report, table: CsvTable, seconds: readonly string[]): readonly string[] {
  switch (table) {
    case 'products':
      return [PRODUCT_HEADINGS, ...report.products.flatMap(productRows)].map(csvLine);
    case 'refusals':
      return [['productId', 'reason', 'requests'], ...refusalRows(report)].map(csvLine);
    case 'actions':
      return [ACTION_HEADINGS, ...report.actions.listed.map(actionRow)].map(csvLine);
    case 'sales-per-second':
      return seconds;
  }
}

const PRODUCT_HEADINGS = [
  ...['productId', 'name', 'saleState', 'seeded', 'available', 'held', 'soldUnits', 'oversold'],
  ...[
    'ordersAccepted',
    'ordersSold',
    'ordersOpen',
    'ordersExpired',
    'cancelledByCustomer',
    'cancelledByOperator',
  ],
  ...['ordersFailed', 'requests', 'refused', 'buyers', 'currency', 'grossMinor', 'refundedMinor', 'netMinor'],
  ...['dueBackMinor', 'peakOrdersPerSecond', 'peakSalesPerSecond', 'soldOutAt'],
];

/** One for each currency; one all the same where no money is. */
function productRows(product: ProductReport): Cell[][] {
  const { orders, units, pace, refusals } = product;
  const money = product.money.length > 0 ? product.money : [null];
  return money.map((one) => [
    ...[product.productId, product.name, product.saleState, units?.seeded ?? 0, units?.available ?? 0],
    ...[
      units?.held ?? 0,
      orders.sold.units,
      Math.max(0, (units?.held ?? 0) + (units?.sold ?? 0) - (units?.seeded ?? 0)),
    ],
    ...[orders.accepted.orders, orders.sold.orders, orders.open.orders, orders.expired.orders],
    ...[orders.cancelled.byCustomer.orders, orders.cancelled.byOperator.orders],
    orders.failed.reduce((sum, failed) => sum + failed.orders, 0),
    product.requests,
    refusals.reduce((sum, { count }) => sum + count, 0),
    product.customers.buyers,
    ...[one?.currency ?? null, one?.grossMinor ?? 0, one?.refundedMinor ?? 0, one?.netMinor ?? 0],
    ...[one?.dueMinor ?? 0, pace.peakOrdersPerSecond, pace.peakSalesPerSecond, pace.soldOutAt],
  ]);
}

/** Those that named no product have none. */
function refusalRows({ products, refusedWithoutProduct }: Report): Cell[][] {
  return [
    ...products.flatMap(({ productId, refusals }) =>
      refusals.map(({ code, count }) => [productId, code, count]),
    ),
    ...refusedWithoutProduct.map(({ code, count }) => [null, code, count]),
  ];
}

const ACTION_HEADINGS = ['at', 'actor', 'host', 'command', 'products', 'reason', 'arguments', 'result'];

function actionRow(action: Report['actions']['listed'][number]): Cell[] {
  const { at, actor, host, command, products, reason, arguments: given, result } = action;
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  return [at, actor, host, command, products?.join(' ') ?? null, reason, json(given), json(result)];
}
