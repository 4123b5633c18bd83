/** How many orders stand at each hop. */
import { isFinal } from '../order.js';
import { countOrders } from '../postgres/count-orders.js';
import type { OrderFilter } from '../postgres/order-filter.js';
import { HOPS, type Hop } from './find-hop.js';
import { scanOrders } from './scan-orders.js';
import type { TriageSources } from './triage-sources.js';

export interface OrderCounts {
  readonly total: number;
  readonly byStatus: Awaited<ReturnType<typeof countOrders>>;
  /** By the hop that counts; orders that have ended and of which nothing is left to do are `done`. */
  readonly byHop: Readonly<Record<Hop, number>>;
  /** Orders whose hop was looked up. */
  readonly examined: number;
  /** False when there are more than could be looked at: then hops are counted too low. */
  readonly complete: boolean;
}

/** Everything but what is done, which is the rest. */
const OPEN: ReadonlySet<Hop> = new Set(HOPS.filter((hop) => hop !== 'done' && hop !== 'not-loaded'));

export async function countHops(
  sources: TriageSources,
  filter: OrderFilter,
  examineAtMost: number,
): Promise<OrderCounts> {
  const byStatus = await countOrders(await sources.postgres(), filter);
  const byHop = Object.fromEntries(HOPS.map((hop) => [hop, 0])) as Record<Hop, number>;
  const scan = scanOrders(sources, { wanted: OPEN, page: filter, examineAtMost });
  let openButEnded = 0;
  for (;;) {
    const step = await scan.next();
    if (step.done) {
      const { examined, stoppedAfter } = step.value;
      const ended = Object.entries(byStatus)
        .filter(([status]) => isFinal(status as keyof typeof byStatus))
        .reduce((sum, [, n]) => sum + n, 0);
      // The two were counted at different moments.
      byHop.done = Math.max(0, ended - openButEnded);
      const total = Object.values(byStatus).reduce((sum, n) => sum + n, 0);
      return { total, byStatus, byHop, examined, complete: stoppedAfter === null };
    }
    for (const { order, hops } of step.value.rows) {
      const hop = hops[0] ?? 'unknown';
      if (hop === 'done') continue;
      byHop[hop] += 1;
      if (isFinal(order.status)) openButEnded += 1;
    }
  }
}
