/** What the activities need of the process that runs them. */
import type { Client } from '@temporalio/client';
import type { Config } from '../../core/config/schema.js';
import type { Publisher } from '../../core/kafka/port.js';
import type { OrderDeps } from '../../core/orders/order-deps.js';
import type { RoleStats } from '../../core/stats/role-stats.js';
import type { ConservationGauge } from '../conservation-gauge.js';
import type { PaymentGateway } from '../payments/gateway.js';

export { MAX_BATCH, MAX_QUEUE } from '../../core/orders/order-deps.js';

/** What only the sweeps need. */
export interface SweepTools {
  readonly config: Config;
  readonly temporal: Client;
  readonly publisher: Publisher;
  readonly conservation: ConservationGauge;
}

export interface ActivityDeps extends OrderDeps {
  readonly gateway: PaymentGateway;
  readonly stats: Pick<RoleStats, 'count' | 'observe'>;
  readonly sweeps: SweepTools;
}
