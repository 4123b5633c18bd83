/** What a replay works with, on the stores of a command. */
import type { Config } from '../../core/config/schema.js';
import type { ReplayTools } from '../../core/replay/replay-tools.js';
import { confirmPaidOrders, expireOrders } from '../../core/sweeps/conclude-orders.js';
import type { SweepDeps } from '../../core/sweeps/sweep-deps.js';
import { describeSaga } from '../../core/temporal/describe-saga.js';
import { startSaga } from '../../core/temporal/start-saga.js';
import type { Stores } from '../with-stores.js';

/** Each store is connected when the first order needs it. */
export async function openReplayTools(stores: Stores, config: Config): Promise<ReplayTools> {
  const pool = await stores.postgres();
  const sweepDeps = async (): Promise<SweepDeps> => ({
    pool,
    redis: await stores.redis(),
    prefix: config.prefix,
    log: stores.log,
    // The outbox has the events: the relays of the roles send them.
    announce: () => undefined,
    count: () => undefined,
  });
  return {
    pool,
    publisher: stores.publisher,
    sagaStatus: async (orderId) => (await describeSaga(await stores.temporal(), orderId)).status,
    startSaga: async (orderId) =>
      startSaga(
        await stores.temporal(),
        config.prefix,
        orderId,
        { orderId, deadlineMs: config.paymentDeadline },
        { afterFailure: true },
      ),
    confirm: async (orderIds) => confirmPaidOrders(await sweepDeps(), orderIds),
    expire: async (orderIds) => expireOrders(await sweepDeps(), orderIds),
  };
}
