/** The accept path as it would be without batches: one call to Postgres for each order, many at once. */
import type { Lifecycle } from '../../core/lifecycle.js';
import { acceptOrders } from '../../core/postgres/accept-orders.js';
import { createPool } from '../../core/postgres/create-pool.js';
import type { AcceptBatcher, AcceptBatcherOptions } from '../../server/accept/accept-batcher.js';
import { toReservationRecord } from '../../server/accept/reservation-record.js';

/** What a web application usually has. */
const CONNECTIONS = 10;

/** Its connections are the lifecycle's. Shares everything else with the real one: the same function in Postgres, the same hand-over of events. */
export function createPerRequestBatcher(
  databaseUrl: string,
  lifecycle: Lifecycle,
): (options: AcceptBatcherOptions) => AcceptBatcher {
  return ({ offer, log }) => {
    const pool = createPool({ url: databaseUrl, applicationName: 'ordersctl-bench', max: CONNECTIONS }, log);
    lifecycle.own('connections of the comparison', () => pool.end());
    return {
      async submit(row) {
        const outcome = (await acceptOrders(pool, [row])).get(row.reservationId);
        if (outcome?.kind === 'new') offer([toReservationRecord(outcome.order, outcome.eventId)]);
        return outcome ?? { reservationId: row.reservationId, kind: 'again' };
      },
      isContended: () => false,
      length: () => 0,
      oldestWaitMs: () => 0,
    };
  };
}
