/** Prints the sales of products for people or scripts. */
import type { SaleStatus, SaleStatusReport } from '../../core/catalog/sale-status.js';
import type { Output } from '../output/output.js';
import { renderTable } from '../output/table.js';
import { agreementText, effectiveText } from './effective-text.js';
import { termsColumns } from './terms-columns.js';

export function showStatus(output: Output, report: SaleStatusReport): void {
  if (output.json) return output.data(report);
  const { products } = report;
  if (products.length === 0) return output.line('there is no product yet');
  output.line(
    renderTable<SaleStatus>(
      output,
      [
        { title: 'product', value: (row) => row.productId },
        { title: 'now', value: (row) => effectiveText(row.selling, output.colours) },
        ...termsColumns<SaleStatus>((row) => row.terms),
        { title: 'revision', value: (row) => String(row.revision ?? ''), align: 'right' },
        { title: 'redis', value: (row) => redisText(row, output) },
        { title: 'units', value: unitsText, align: 'right' },
      ],
      products,
    ),
  );
  const apart = products.filter(({ redis }) => redis === 'behind' || redis === 'ahead');
  for (const { productId, terms } of apart) {
    output.note(`mend it: ordersctl sale set ${productId} --state ${terms.state}`);
  }
}

/** The number only where it tells more than the word. */
function redisText({ redis, revision, redisRevision }: SaleStatus, output: Output): string {
  const text = agreementText(redis, output.colours);
  return redisRevision === null || redisRevision === revision ? text : `${text} (${redisRevision})`;
}

/** What Redis may still give out is what buyers meet; Postgres decides. */
function unitsText({ units, redisAvailable }: SaleStatus): string {
  return units ? `${redisAvailable ?? units.available} of ${units.seeded}` : '';
}
