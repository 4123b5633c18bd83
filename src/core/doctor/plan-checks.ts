/** Which checks an operator asks for. */
import type { Check } from './check.js';
import { GROUPS, type GroupName } from './groups.js';

/** @param only these groups, and of the stores those that they need; all when left out */
export async function planChecks(only?: ReadonlySet<GroupName>): Promise<Check[]> {
  const wanted = GROUPS.filter(({ name }) => only === undefined || only.has(name));
  const checks = (await Promise.all(wanted.map(({ load }) => load()))).flat();
  if (only === undefined) return checks;
  return [...(await groundFor(checks, only)), ...checks];
}

/** Who asks for the checks of a store wants to read that it is away, not only that they were skipped. */
async function groundFor(checks: readonly Check[], only: ReadonlySet<GroupName>): Promise<Check[]> {
  const { REACH_CHECKS } = await import('./reach/reach-checks.js');
  const needed = new Set(checks.flatMap(({ needs }) => needs));
  const reach = REACH_CHECKS.filter(
    ({ needs: [store] }) =>
      store !== undefined && (needed.has(store) || (store === 'postgres' && needed.has('tables'))),
  );
  const tables = needed.has('tables') && !only.has('postgres');
  return [
    ...(only.has('reach') ? [] : reach),
    ...(tables ? [(await import('./postgres/migrations.js')).migrations] : []),
  ];
}

/** What matters to a sale of these products: everything but other products. */
export async function planForSale(productIds: readonly string[]): Promise<Check[]> {
  const { makeSaleChecks } = await import('./sale/sale-checks.js');
  const checks = await planChecks(
    new Set(GROUPS.map(({ name }) => name).filter((name) => name !== 'products')),
  );
  return [
    ...checks.filter(({ id }) => id !== 'orders.drift'),
    ...productIds.flatMap((productId) => makeSaleChecks(productId)),
  ];
}
