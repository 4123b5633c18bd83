/** Tells sagas that something was written to Postgres for them. A hint: the row decides, and sweeps find what nobody woke. */
import type { Config } from '../../core/config/schema.js';
import type { Lifecycle } from '../../core/lifecycle.js';
import type { Log } from '../../core/log.js';
import type { TemporalClient } from '../../core/temporal/create-temporal-client.js';

/**
 * Never waits and never fails.
 * @param updateId names this wake-up, so that a repeated one wakes nobody twice
 */
export type WakeSaga = (orderId: string, updateId: string) => void;

/** Wake-ups on their way at once; with Temporal away further ones are left to the sweeps. */
const AT_ONCE = 200;

/**
 * Connects with the first wake-up, so that `serve` starts and runs without Temporal. Without TEMPORAL_ADDRESS nobody is
 * woken, and what was written takes effect with the next sweep.
 */
export function createWakeSaga(config: Config, log: Log, lifecycle: Lifecycle): WakeSaga {
  if (config.temporalAddress === undefined) return () => undefined;
  let connecting: Promise<TemporalClient> | undefined;
  let onTheirWay = 0;
  lifecycle.own('temporal', async () => {
    const connected = await connecting?.catch(() => undefined);
    await connected?.close();
  });

  /** Loaded with the first wake-up: the client library would take half a second from the start of every `serve`. */
  async function connect(): Promise<TemporalClient> {
    const { createTemporalClient } = await import('../../core/temporal/create-temporal-client.js');
    return createTemporalClient(config);
  }

  async function wake(orderId: string, updateId: string): Promise<void> {
    connecting ??= connect();
    try {
      const { client } = await connecting;
      const { wakeSagaForPayment } = await import('../../core/temporal/wake-saga.js');
      await wakeSagaForPayment(client, orderId, { updateId });
    } catch (error) {
      // A failed connection is made anew with the next wake-up.
      await connecting.catch(() => (connecting = undefined));
      log.debug({ err: error, orderId }, 'a saga was not woken; a sweep will find its order');
    }
  }

  return (orderId, updateId) => {
    if (onTheirWay >= AT_ONCE || lifecycle.signal.aborted) return;
    onTheirWay += 1;
    void wake(orderId, updateId).finally(() => (onTheirWay -= 1));
  };
}
