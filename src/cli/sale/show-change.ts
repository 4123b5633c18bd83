/** Prints what became of a change of sales. */
import type { ChangedSale, ChangeSaleReport } from '../../core/catalog/change-sale.js';
import type { SaleIntent } from '../../core/catalog/plan-sale-change.js';
import type { Output } from '../output/output.js';
import { renderTable } from '../output/table.js';
import { effectiveText } from './effective-text.js';
import { termsColumns } from './terms-columns.js';

export function showChange(output: Output, intent: SaleIntent, report: ChangeSaleReport): void {
  if (output.json) return output.data(report);
  const { products } = report;
  if (products.length === 0) return output.note('There is no product yet; nothing was changed.');
  output.line(
    renderTable<ChangedSale>(
      output,
      [
        { title: 'product', value: (row) => row.productId },
        { title: 'before', value: (row) => row.before.state },
        ...termsColumns<ChangedSale>((row) => row.after),
        { title: 'result', value: (row) => row.outcome.replace('-', ' ') },
        { title: 'now', value: (row) => effectiveText(row.selling, output.colours) },
      ],
      products,
    ),
  );
  for (const remark of remarksOn(intent, report)) output.note(remark);
}

function remarksOn(intent: SaleIntent, { dryRun, products }: ChangeSaleReport): string[] {
  const remarks: string[] = [];
  const remark = (is: (row: ChangedSale) => boolean, text: (ids: string) => string) => {
    const ids = products.filter(is).map((row) => row.productId);
    if (ids.length > 0) remarks.push(text(naming(ids)));
  };
  if (dryRun) remarks.push('dry run: nothing was changed');
  if (intent.kind === 'open') {
    remark(
      (row) => row.outcome === 'left-closed',
      (ids) => `${ids}: stays closed; name it to sell it again`,
    );
    remark(
      (row) => row.after.state === 'OPEN' && row.selling.state === 'closed',
      (ids) => `${ids}: its window is over; ordersctl sale set PRODUCT --closes-at none lets it sell again`,
    );
  }
  remark(
    ({ redis }) => redis === 'not-loaded' || redis === 'other-epoch',
    (ids) =>
      `${ids}: not loaded in Redis, so nothing of it sells; Postgres has the rules, and the load brings them`,
  );
  remark(
    ({ redis }) => redis === 'behind' || redis === 'ahead',
    (ids) => `${ids}: Redis goes by other rules than Postgres. Run the same command again.`,
  );
  return remarks;
}

const NAMED = 5;

function naming(ids: readonly string[]): string {
  return ids.slice(0, NAMED).join(', ') + (ids.length > NAMED ? ` and ${ids.length - NAMED} more` : '');
}
