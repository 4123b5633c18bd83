/** What a change would do to many orders: its sums by action, and enough single orders to recognise what is going on. */
import type { Money } from '../../core/money.js';
import type { Order } from '../../core/order.js';

export interface PlannedSum<Action extends string> {
  readonly action: Action;
  readonly orders: number;
  readonly units: number;
  /** One for each currency. */
  readonly amounts: readonly Money[];
}

export interface PlannedOrders<Action extends string, Item> {
  readonly sums: readonly PlannedSum<Action>[];
  /** The first of them, at most PLANNED_ITEMS. */
  readonly items: readonly Item[];
  readonly total: number;
}

/** Single orders in the JSON of a plan. */
const PLANNED_ITEMS = 10_000;

/** @param plan what would be done with one. @throws what the pages throw */
export async function planOrders<Action extends string, Item extends { readonly action: Action }>(
  pages: AsyncIterable<readonly Order[]>,
  plan: (order: Order) => Item,
): Promise<PlannedOrders<Action, Item>> {
  const sums = new Map<Action, { orders: number; units: number; amounts: Map<string, number> }>();
  const items: Item[] = [];
  let total = 0;
  for await (const page of pages) {
    for (const order of page) {
      const item = plan(order);
      total += 1;
      if (items.length < PLANNED_ITEMS) items.push(item);
      const sum = sums.get(item.action) ?? { orders: 0, units: 0, amounts: new Map<string, number>() };
      sums.set(item.action, sum);
      sum.orders += 1;
      sum.units += order.quantity;
      const { currency, amountMinor } = order.amount;
      sum.amounts.set(currency, (sum.amounts.get(currency) ?? 0) + amountMinor);
    }
  }
  return {
    sums: [...sums].map(([action, { orders, units, amounts }]) => ({
      action,
      orders,
      units,
      amounts: [...amounts].map(([currency, amountMinor]) => ({ amountMinor, currency })),
    })),
    items,
    total,
  };
}

/** Orders that the plan has for these actions. */
export function countPlanned<Action extends string>(
  { sums }: { readonly sums: readonly PlannedSum<Action>[] },
  ...actions: readonly Action[]
): number {
  return sums.filter(({ action }) => actions.includes(action)).reduce((sum, { orders }) => sum + orders, 0);
}
