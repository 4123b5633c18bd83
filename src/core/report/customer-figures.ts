/** Groups of customers become counts, and the share of those who bought most. Pure. */
import type { CustomerGroup } from '../postgres/report/count-customers.js';
import { sum } from './order-figures.js';
import type { CustomerFigures } from './report.js';

export const TOP_CUSTOMERS = 10;

/**
 * @param groups of one product, or of all together; the most units first
 * @param maxPerCustomer the limit as it is now
 */
export function customerFiguresOf(
  groups: readonly CustomerGroup[],
  maxPerCustomer: number | null,
): CustomerFigures {
  const count = (which: (group: CustomerGroup) => boolean) =>
    sum(groups.filter(which), ({ customers }) => customers);
  const units = sum(groups, (group) => group.units * group.customers);
  let places = TOP_CUSTOMERS;
  let topUnits = 0;
  for (const group of groups) {
    const taken = Math.min(places, group.customers);
    topUnits += taken * group.units;
    places -= taken;
  }
  return {
    customers: count(() => true),
    buyers: count((group) => group.units > 0),
    atLimit: maxPerCustomer === null ? null : count((group) => group.units >= maxPerCustomer),
    topTenShare: units > 0 ? topUnits / units : null,
  };
}
