/** What the activities need of the process that runs them. */
import type { OrderDeps } from '../../core/orders/order-deps.js';
import type { RoleStats } from '../../core/stats/role-stats.js';
import type { PaymentGateway } from '../payments/gateway.js';
import type { SweepTools } from './sweep-runs.js';

export { MAX_BATCH, MAX_QUEUE } from '../../core/orders/order-deps.js';

export interface ActivityDeps extends OrderDeps {
  readonly gateway: PaymentGateway;
  readonly stats: Pick<RoleStats, 'count' | 'observe'>;
  /** Age in ms at which a hold without an order is swept. */
  readonly holdSweepAgeMs: number;
  readonly sweeps: SweepTools;
}
