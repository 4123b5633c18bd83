/** The columns of a sale's window and limits. */
import type { SaleTerms } from '../../core/postgres/sale-row.js';
import type { Column } from '../output/table.js';

export function termsColumns<Row>(termsOf: (row: Row) => SaleTerms): Column<Row>[] {
  return [
    { title: 'state', value: (row) => termsOf(row).state },
    { title: 'opens', value: (row) => termsOf(row).opensAt?.toISOString() ?? '' },
    { title: 'closes', value: (row) => termsOf(row).closesAt?.toISOString() ?? '' },
    { title: 'per order', value: (row) => String(termsOf(row).maxPerOrder ?? ''), align: 'right' },
    { title: 'per customer', value: (row) => String(termsOf(row).maxPerCustomer ?? ''), align: 'right' },
  ];
}
