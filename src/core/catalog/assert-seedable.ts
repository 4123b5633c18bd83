/** Says of every row that cannot be seeded why, and what would make it possible. */
import { AppError, type ErrorCode } from '../errors.js';
import { LIMITS } from '../order.js';
import type { SeededStock } from '../postgres/seed-stock-rows.js';
import type { StockRow } from './stock-rows.js';

const SHOWN = 20;

/** A row that was, or would be, applied. */
export type SeedableStock = SeededStock & { readonly outcome: 'created' | 'changed' | 'unchanged' };

/** @throws AppError REFUSED, or INPUT_INVALID where the number of units itself is out of range */
export function assertSeedable(
  seeded: readonly SeededStock[],
  rows: readonly (StockRow & { readonly line?: number })[],
  operation: { readonly mode: string; readonly operationId: string },
): asserts seeded is readonly SeedableStock[] {
  const asked = new Map(rows.map((row) => [row.productId, row]));
  const problems = seeded.flatMap((row) => {
    const problem = explain(row, asked.get(row.productId)?.quantity ?? 0, operation);
    const line = asked.get(row.productId)?.line;
    if (!problem) return [];
    return [
      {
        ...problem,
        line: line ?? 0,
        text: `${line === undefined ? '' : `line ${line}: `}${row.productId}: ${problem.text}`,
      },
    ];
  });
  const [first] = problems.sort((a, b) => a.line - b.line);
  if (!first) return;
  const shown = problems.slice(0, SHOWN).map(({ text }) => `\n  ${text}`);
  if (problems.length > SHOWN) shown.push(`\n  and ${problems.length - SHOWN} more`);
  const products = problems.length === 1 ? 'one product' : `${problems.length} products`;
  throw new AppError(first.code, `${products} cannot be seeded so; nothing was changed:${shown.join('')}`, {
    hint: first.hint,
    context: { products: problems.length },
  });
}

interface Problem {
  readonly code: ErrorCode;
  readonly text: string;
  readonly hint: string;
}

function explain(
  { outcome, seeded, claimed }: SeededStock,
  quantity: number,
  { mode, operationId }: { readonly mode: string; readonly operationId: string },
): Problem | undefined {
  const status = `${claimed} of its ${seeded} units are claimed by orders`;
  switch (outcome) {
    case 'refused-live':
      return {
        code: 'REFUSED',
        text: `${status}; ${quantity} would replace them in the middle of a sale`,
        hint: 'Use --add N --operation-id ID for more units, or --replace if the new number is meant',
      };
    case 'refused-below-claimed':
      return {
        code: 'REFUSED',
        text: `${status}; ${mode === 'remove' ? `removing ${quantity} takes more than is free` : `${quantity} would be fewer`}`,
        hint: 'Claimed units cannot be taken away; cancel orders first',
      };
    case 'refused-above-limit':
      return {
        code: 'INPUT_INVALID',
        text: `there would be more than ${LIMITS.stockPerProduct} units`,
        hint: 'Give a smaller number',
      };
    case 'refused-operation-id':
      return {
        code: 'REFUSED',
        text: `operation id "${operationId}" was used for another change of it`,
        hint: 'Give every change an operation id of its own; a retry keeps the same id and the same number',
      };
    case 'created':
    case 'changed':
    case 'unchanged':
      return undefined;
  }
}
