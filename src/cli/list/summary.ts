/** How many orders there are of each status, and at each hop. */
import { ORDER_STATUSES } from '../../core/order.js';
import type { OrderCounts } from '../../core/triage/count-hops.js';
import { HOPS, NEEDS_SOMEBODY, type Hop } from '../../core/triage/hops.js';
import type { TriageSources } from '../../core/triage/triage-sources.js';
import type { Output } from '../output/output.js';
import { colourOfStatus } from '../output/status-colour.js';
import { renderTable } from '../output/table.js';
import type { ListPlan } from './options.js';
import { EXAMINED_AT_MOST } from './read-page.js';

export interface Summary {
  readonly counts: OrderCounts;
  /** At the hops that were asked for; all orders when none were. */
  readonly matched: number;
}

/** @throws AppError UNAVAILABLE when Postgres is away */
export async function readSummary(sources: TriageSources, { filter, wanted }: ListPlan): Promise<Summary> {
  const { countHops } = await import('../../core/triage/count-hops.js');
  const counts = await countHops(sources, filter, EXAMINED_AT_MOST);
  if (!wanted) return { counts, matched: counts.total };
  const byHop = Object.fromEntries(HOPS.map((hop) => [hop, wanted.has(hop) ? counts.byHop[hop] : 0]));
  const matched = Object.values(byHop).reduce((sum, n) => sum + n, 0);
  return { counts: { ...counts, byHop: byHop as Record<Hop, number> }, matched };
}

/** Statuses and hops that none has are left out. */
export function renderSummary(output: Output, counts: OrderCounts): string {
  const { colours } = output;
  const statuses = ORDER_STATUSES.filter((status) => counts.byStatus[status] > 0);
  if (statuses.length === 0) return 'No orders match.';
  const byStatus = renderTable(
    output,
    [
      { title: 'status', value: (status) => colourOfStatus(colours, status) },
      { title: 'orders', value: (status) => String(counts.byStatus[status]), align: 'right' },
    ],
    statuses,
  );
  const byHop = renderTable(
    output,
    [
      { title: 'hop', value: (hop) => (NEEDS_SOMEBODY.has(hop) ? colours.bad(hop) : hop) },
      { title: 'orders', value: (hop) => String(counts.byHop[hop]), align: 'right' },
    ],
    HOPS.filter((hop) => counts.byHop[hop] > 0),
  );
  const rest = counts.complete
    ? []
    : ['', colours.warning(`only ${counts.examined} orders were looked at: hops are counted too low`)];
  return [byStatus, '', byHop, ...rest].join('\n');
}
