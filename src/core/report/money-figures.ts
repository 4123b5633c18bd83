/** Groups of payments and orders become amounts, refunds and late payments. Pure; minor units throughout. */
import type { OrderGroup } from '../postgres/report/sum-orders.js';
import type { PaymentGroup } from '../postgres/report/sum-payments.js';
import { sum } from './order-figures.js';
import type { LateFigures, MoneyFigures, PaymentCounts, RefundFigures } from './report.js';

/** @returns one for each currency, sorted */
export function moneyFiguresOf(
  orders: readonly OrderGroup[],
  payments: readonly PaymentGroup[],
): MoneyFigures[] {
  const currencies = new Set([...orders, ...payments].map(({ currency }) => currency));
  return [...currencies].sort().map((currency) => {
    const paid = payments.filter((group) => group.currency === currency);
    const amount = (which: (group: PaymentGroup) => boolean) =>
      sum(paid.filter(which), ({ amountMinor }) => amountMinor);
    const grossMinor = sum(
      orders.filter((group) => group.currency === currency && group.status === 'CONFIRMED'),
      ({ amountMinor }) => amountMinor,
    );
    const refundedMinor = amount(({ fate, paysSale }) => fate === 'back' && paysSale);
    return {
      currency,
      grossMinor,
      refundedMinor,
      netMinor: grossMinor - refundedMinor,
      takenMinor: amount(() => true),
      keptMinor: amount(({ fate }) => fate === 'kept'),
      givenBackMinor: amount(({ fate }) => fate === 'back'),
      dueMinor: amount(({ fate }) => fate === 'due'),
      undecidedMinor: amount(({ fate }) => fate === 'undecided'),
    };
  });
}

export function refundFiguresOf(payments: readonly PaymentGroup[]): RefundFigures {
  const due = payments.filter(({ fate }) => fate === 'due');
  return {
    ofSales: countsOf(payments.filter(({ fate, paysSale }) => fate === 'back' && paysSale)),
    ofEndedOrders: countsOf(
      payments.filter(({ fate, paysSale, late }) => fate === 'back' && !paysSale && !late),
    ),
    due: countsOf(due),
    refusedByGateway: countsOf(due.filter(({ refused }) => refused)).payments,
  };
}

export function lateFiguresOf(payments: readonly PaymentGroup[]): LateFigures {
  const late = payments.filter((group) => group.late);
  return {
    soldAfterAll: countsOf(late.filter(({ paysSale }) => paysSale)),
    givenBack: countsOf(late.filter(({ fate, paysSale }) => fate === 'back' && !paysSale)),
    due: countsOf(late.filter(({ fate, paysSale }) => fate === 'due' && !paysSale)),
    undecided: countsOf(late.filter(({ fate }) => fate === 'undecided')),
  };
}

function countsOf(groups: readonly PaymentGroup[]): PaymentCounts {
  return {
    payments: sum(groups, ({ payments }) => payments),
    units: sum(groups, ({ units }) => units),
  };
}
