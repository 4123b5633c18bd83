/** Which products an operator's action was about, and what it did to the state of their sales. Pure. */
import { z } from 'zod';
import type { OperatorActionRow } from '../postgres/report/find-operator-actions.js';
import type { ReportedAction, SaleChange } from './report.js';

const namedSchema = z.object({
  products: z.array(z.string()).optional().catch(undefined),
  product: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .catch(undefined),
});
const stateSchema = z.object({ state: z.string() });
const changedSchema = z.object({
  changed: z
    .array(
      z.object({
        productId: z.string(),
        before: stateSchema.nullable().optional().catch(undefined),
        after: stateSchema.optional().catch(undefined),
      }),
    )
    .optional()
    .catch(undefined),
});

/** Records are read as they come: of commands that this binary does not know, too. */
export function toReportedAction(row: OperatorActionRow): ReportedAction {
  const named = namedSchema.safeParse(row.arguments).data;
  const changed = changedSchema.safeParse(row.result).data?.changed ?? [];
  const single = named?.product === undefined ? [] : [named.product].flat();
  const products = new Set([
    ...(named?.products ?? []),
    ...single,
    ...changed.map(({ productId }) => productId),
  ]);
  return { ...row, products: products.size === 0 ? null : [...products].sort() };
}

/** True unless the record names products, and none of these. */
export function concerns(action: ReportedAction, productIds: ReadonlySet<string>): boolean {
  return action.products === null || action.products.some((productId) => productIds.has(productId));
}

export function saleChangesOf(
  actions: readonly ReportedAction[],
  productIds: ReadonlySet<string>,
): SaleChange[] {
  return actions.flatMap(({ at, actor, reason, result }) =>
    (changedSchema.safeParse(result).data?.changed ?? []).flatMap(({ productId, before, after }) => {
      if (!after || !productIds.has(productId) || before?.state === after.state) return [];
      return [{ at, productId, from: before?.state ?? null, to: after.state, actor, reason }];
    }),
  );
}
