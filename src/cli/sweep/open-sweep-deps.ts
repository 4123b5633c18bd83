/** What sweeps work with, on the stores of a command. */
import type { Config } from '../../core/config/schema.js';
import type { SweepRunDeps } from '../../core/sweeps/sweep-runs.js';
import type { PaymentGateway } from '../../worker/payments/gateway.js';
import type { Stores } from '../with-stores.js';

export interface OpenedSweepDeps extends SweepRunDeps {
  /** Ends what is not of the stores. */
  close(): Promise<void>;
}

/** Each store, and the payment gateway, is connected when the first sweep needs it. */
export async function openSweepDeps(stores: Stores, config: Config): Promise<OpenedSweepDeps> {
  let gateway: PaymentGateway | undefined;
  return {
    pool: await stores.postgres(),
    redis: await stores.redis(),
    prefix: config.prefix,
    log: stores.log,
    config,
    // The outbox has the events: the relays of the roles send them.
    announce: () => undefined,
    count: () => undefined,
    temporal: stores.temporal,
    publisher: stores.publisher,
    refunder: async () => {
      const { createGateway } = await import('../../worker/payments/create-gateway.js');
      return (gateway ??= createGateway(config, stores.log));
    },
    // The look has told it already.
    onConservation: () => undefined,
    close: () => Promise.resolve(gateway?.close?.()),
  };
}
