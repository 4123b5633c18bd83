/** The figures of a product, or of all of them, as facts with labels. */
import type { Percentiles } from '../../../core/postgres/report/measure-order-times.js';
import type {
  DeadLetterFigures,
  MoneyFigures,
  PaymentCounts,
  Report,
  SaleFigures,
  Tally,
} from '../../../core/report/report.js';
import type { Fact, FactBlock } from './blocks.js';
import { amount, milliseconds, moment, NONE, number, plural, share } from './figures.js';

/** Of all products together. */
export function totalBlocksOf({ total, products, deadLetters }: Report): FactBlock[] {
  const [only] = products;
  // With several products there are several limits.
  const limit = products.length === 1 ? (only?.maxPerCustomer ?? null) : null;
  const figures = limit === null || !only ? total : { ...total, customers: only.customers };
  return [...blocksOf(figures, limit), messagesOf(deadLetters)];
}

export function blocksOf(figures: SaleFigures, maxPerCustomer: number | null): FactBlock[] {
  return [
    ordersOf(figures),
    unitsOf(figures),
    ...figures.money.map((money) => moneyOf(money, figures.money.length > 1)),
    refundsOf(figures),
    timesOf(figures),
    paceOf(figures),
    customersOf(figures, maxPerCustomer),
  ].filter(({ facts }) => facts.length > 0);
}

function ordersOf({ orders }: SaleFigures): FactBlock {
  const { cancelled, failed } = orders;
  return {
    title: 'Orders',
    note: 'accepted = sold + restocked + open + expired + cancelled + failed',
    facts: [
      tally('accepted', orders.accepted),
      tally('sold', orders.sold),
      ...(orders.restocked.orders > 0 ? [tally('restocked', orders.restocked)] : []),
      tally('open', orders.open),
      tally('expired', orders.expired),
      tally('cancelled by customer', cancelled.byCustomer),
      tally('cancelled by operator', cancelled.byOperator),
      ...(cancelled.other.orders > 0 ? [tally('cancelled otherwise', cancelled.other)] : []),
      ...(failed.length === 0 ? [tally('failed', { orders: 0, units: 0 })] : []),
      ...failed.map((one) => tally(`failed: ${one.code}`, one)),
      fact('under review', number(orders.underReview)),
    ],
  };
}

function unitsOf({ units }: SaleFigures): FactBlock {
  if (!units) return { title: 'Units', facts: [] };
  return {
    title: 'Units',
    note: 'seeded now = available + held + sold',
    facts: [
      fact('first seeded', number(units.firstSeeded)),
      fact('added', signed(units.added)),
      fact('removed', signed(units.removed)),
      fact('set to another level', signed(units.replaced)),
      ...(units.restocked === 0 ? [] : [fact('restocked', signed(units.restocked))]),
      ...(units.unexplained === 0 ? [] : [fact('changed otherwise', signed(units.unexplained))]),
      fact('seeded now', number(units.seeded)),
      fact('available', number(units.available)),
      fact('held', number(units.held), 'by open orders'),
      fact('sold', number(units.sold)),
    ],
  };
}

function moneyOf(money: MoneyFigures, isOneOfSeveral: boolean): FactBlock {
  const of = (minor: number) => amount(minor, money.currency);
  return {
    title: isOneOfSeveral ? `Money in ${money.currency}` : 'Money',
    note: 'taken = kept + given back + due back + undecided',
    facts: [
      fact('revenue', of(money.grossMinor), 'confirmed orders'),
      fact('refunded of it', of(money.refundedMinor)),
      fact('after refunds', of(money.netMinor)),
      fact('taken', of(money.takenMinor), 'from customers'),
      fact('kept', of(money.keptMinor)),
      fact('given back', of(money.givenBackMinor)),
      fact('due back', of(money.dueMinor)),
      fact('undecided', of(money.undecidedMinor), 'came late'),
    ],
  };
}

function refundsOf({ refunds, late }: SaleFigures): FactBlock {
  return {
    title: 'Refunds and late payments',
    facts: [
      payments('sales refunded', refunds.ofSales, true),
      payments('ended orders refunded', refunds.ofEndedOrders),
      payments('refunds due', refunds.due),
      fact('refused by the gateway', number(refunds.refusedByGateway), 'settle by hand'),
      payments('late, sold after all', late.soldAfterAll, true),
      payments('late, given back', late.givenBack),
      payments('late, due back', late.due),
      payments('late, undecided', late.undecided),
    ],
  };
}

function timesOf({ times, orders }: SaleFigures): FactBlock {
  const isSample = times.sampled < orders.accepted.orders;
  return {
    title: 'Times',
    ...(isSample && {
      note: `after the 202: of ${number(times.sampled)} of the ${number(orders.accepted.orders)} orders`,
    }),
    facts: [
      percentiles('request to 202', times.accept),
      percentiles('202 to saga', times.started),
      percentiles('202 to paid', times.paid),
      percentiles('202 to confirmed', times.confirmed),
    ],
  };
}

function paceOf({ pace }: SaleFigures): FactBlock {
  const { soldOutAt, soldOutAfterMs } = pace;
  return {
    title: 'Pace',
    facts: [
      fact('peak orders', `${number(pace.peakOrdersPerSecond)}/s`),
      fact('peak sales', `${number(pace.peakSalesPerSecond)}/s`),
      fact('first order', NONE, moment(pace.firstOrderAt)),
      fact('last order', since(pace.firstOrderAt, pace.lastOrderAt), moment(pace.lastOrderAt)),
      fact('last sale', since(pace.firstOrderAt, pace.lastSaleAt), moment(pace.lastSaleAt)),
      soldOutAt === null
        ? fact('first sold out', NONE, 'never, as far as seen')
        : fact('first sold out', `+${milliseconds(soldOutAfterMs)}`, moment(soldOutAt)),
    ],
  };
}

function since(first: Date | null, at: Date | null): string {
  return first === null || at === null
    ? NONE
    : `+${milliseconds(Math.max(0, at.getTime() - first.getTime()))}`;
}

function customersOf({ customers }: SaleFigures, maxPerCustomer: number | null): FactBlock {
  const { atLimit } = customers;
  return {
    title: 'Customers',
    facts: [
      fact('customers', number(customers.customers), 'with an order'),
      fact('buyers', number(customers.buyers), 'with units held or bought'),
      ...(atLimit === null || maxPerCustomer === null
        ? []
        : [fact('at the limit', number(atLimit), `of ${plural(maxPerCustomer, 'unit')}`)]),
      fact('top ten have', share(customers.topTenShare), 'of these units'),
    ],
  };
}

function messagesOf(deadLetters: DeadLetterFigures | null): FactBlock {
  if (deadLetters === null) return { title: 'Dead letters', facts: [fact('open', '?', 'could not be seen')] };
  const { open, handled, byReason, capped } = deadLetters;
  return {
    title: 'Dead letters',
    facts: [
      fact('open', `${number(open)}${capped ? '+' : ''}`),
      ...byReason.map(({ code, count }) => fact(code, number(count))),
      fact('replayed or dropped', number(handled)),
    ],
  };
}

function fact(label: string, value: string, detail?: string): Fact {
  return { label, value, ...(detail !== undefined && { detail }) };
}

function tally(label: string, { orders, units }: Tally): Fact {
  return fact(label, number(orders), plural(units, 'unit'));
}

function payments(label: string, counts: PaymentCounts, withUnits = false): Fact {
  return fact(label, number(counts.payments), withUnits ? plural(counts.units, 'unit') : undefined);
}

function percentiles(label: string, { p50Ms, p95Ms, p99Ms }: Percentiles): Fact {
  if (p50Ms === null) return fact(label, NONE, 'not measured');
  return fact(label, milliseconds(p50Ms), `p95 ${milliseconds(p95Ms)}, p99 ${milliseconds(p99Ms)}`);
}

function signed(units: number): string {
  return units < 0 ? `-${number(-units)}` : number(units);
}
