/** The figures of all products together, as facts with labels. */
import type { MoneyFigures, PaymentCounts, Report, SaleFigures, Tally } from '../../../core/report/report.js';
import type { Percentiles } from '../../../core/postgres/report/measure-order-times.js';
import type { Fact, FactBlock } from './blocks.js';
import { amount, milliseconds, moment, NONE, number, plural, share } from './figures.js';

export function factBlocksOf(report: Report): FactBlock[] {
  const { total } = report;
  return [
    ordersOf(total),
    unitsOf(total),
    ...total.money.map((money) => moneyOf(money, total.money.length > 1)),
    refundsOf(total),
    timesOf(total),
    paceOf(total),
    customersOf(report),
  ];
}

function ordersOf({ orders }: SaleFigures): FactBlock {
  const { cancelled, failed } = orders;
  return {
    title: 'Orders',
    note: 'accepted = sold + restocked + open + expired + cancelled + failed',
    facts: [
      tally('accepted', orders.accepted),
      tally('sold', orders.sold),
      ...(orders.restocked.orders > 0
        ? [tally('restocked', orders.restocked, 'sold, refunded, on sale again')]
        : []),
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
    facts: [
      fact('first seeded', number(units.firstSeeded)),
      fact('added', signed(units.added)),
      fact('removed', signed(units.removed)),
      fact('set to another level', signed(units.replaced)),
      ...(units.restocked === 0 ? [] : [fact('restocked', signed(units.restocked))]),
      ...(units.unexplained === 0 ? [] : [fact('changed otherwise', signed(units.unexplained))]),
      fact('seeded now', number(units.seeded)),
      fact('available', number(units.available)),
      fact('held', number(units.held), 'by orders not final yet'),
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
      fact('revenue', of(money.grossMinor), 'of confirmed orders'),
      fact('refunded of it', of(money.refundedMinor)),
      fact('revenue after refunds', of(money.netMinor)),
      fact('taken from customers', of(money.takenMinor)),
      fact('kept', of(money.keptMinor)),
      fact('given back', of(money.givenBackMinor)),
      fact('due back', of(money.dueMinor)),
      fact('undecided', of(money.undecidedMinor), 'late, and not looked at yet'),
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
      fact('refused by the gateway', number(refunds.refusedByGateway), 'settle them by hand'),
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
      note: `from 202 on: of ${number(times.sampled)} orders chosen from ${number(orders.accepted.orders)}`,
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
      fact('first order', moment(pace.firstOrderAt)),
      fact('last order', moment(pace.lastOrderAt)),
      fact('last sale', moment(pace.lastSaleAt)),
      fact('peak orders', `${number(pace.peakOrdersPerSecond)}/s`),
      fact('peak sales', `${number(pace.peakSalesPerSecond)}/s`),
      soldOutAt === null
        ? fact('sold out', 'never')
        : fact('sold out after', milliseconds(soldOutAfterMs), moment(soldOutAt)),
    ],
  };
}

function customersOf({ total: { customers }, products, deadLetters }: Report): FactBlock {
  const [only] = products;
  const atLimit = products.length === 1 && only?.maxPerCustomer ? only.customers.atLimit : null;
  return {
    title: 'Customers and messages',
    facts: [
      fact('customers', number(customers.customers), 'with an order'),
      fact('buyers', number(customers.buyers), 'with units held or bought'),
      ...(atLimit === null
        ? []
        : [fact('at the limit', number(atLimit), `of ${plural(only?.maxPerCustomer ?? 0, 'unit')} each`)]),
      fact('top ten buyers have', share(customers.topTenShare), 'of these units'),
      deadLetters === null
        ? fact('dead letters', 'not known')
        : fact(
            'dead letters',
            `${number(deadLetters.open)}${deadLetters.capped ? ' or more' : ''}`,
            `${number(deadLetters.handled)} replayed or dropped`,
          ),
    ],
  };
}

function fact(label: string, value: string, detail?: string): Fact {
  return { label, value, ...(detail !== undefined && { detail }) };
}

function tally(label: string, { orders, units }: Tally, detail?: string): Fact {
  return fact(label, number(orders), detail ?? plural(units, 'unit'));
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
