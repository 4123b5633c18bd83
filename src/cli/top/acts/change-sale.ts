/** Pauses or opens the sale of one product from the dashboard: by the operation, guard and record of the command `sale`. */
import { changeSale, type ChangedSale } from '../../../core/catalog/change-sale.js';
import { operatorOf } from '../../operator.js';
import { withCatalog } from '../../with-catalog.js';
import { beginConfirmed, type ChangeDeps, type PlannedChange } from './planned-change.js';

/** @throws AppError UNAVAILABLE, PRODUCT_NOT_FOUND */
export async function planSale(
  { context, config }: ChangeDeps,
  productId: string,
  kind: 'pause' | 'open',
): Promise<PlannedChange> {
  const intent = kind === 'open' ? { kind, evenClosed: false } : { kind };
  const asked = { productIds: [productId], intent };
  const plan = await withCatalog(context, config, (deps) =>
    changeSale(deps, { ...asked, dryRun: true, ...operatorOf(config) }),
  );
  const isChanged = plan.products.some(({ outcome }) => outcome === 'changed');
  return {
    lines: plan.products.map(planLine),
    word: isChanged ? kind : null,
    async carryOut(confirmed) {
      const mutation = beginConfirmed(context, config, `sale ${kind}`, confirmed);
      await mutation.confirm({ what: `${kind} the sale of ${productId}`, typed: kind });
      const report = await withCatalog(context, config, (deps) =>
        changeSale(deps, { ...asked, ...mutation.request }),
      );
      const apart = report.products.some(({ redis }) => redis === 'behind' || redis === 'ahead');
      const isAway = report.unavailable !== undefined;
      const lines = report.products.map(
        ({ after, selling }) => `the sale is ${after.state}; a buyer who comes now meets: ${selling.state}`,
      );
      if (isAway) lines.push('Postgres has the rules; Redis is away and goes on by those it had');
      if (apart) lines.push('Redis goes by other rules than Postgres: do the same again');
      return { lines, succeeded: !apart && !isAway };
    },
  };
}

function planLine({ outcome, before, after, selling }: ChangedSale): string {
  if (outcome !== 'changed') return `nothing: the sale is ${before.state} already`;
  return `${before.state} becomes ${after.state}; a buyer would then meet: ${selling.state}`;
}
