/** A worker of one's own on the shared Temporal server, with whatever activities a test wants. */
import { randomBytes, randomUUID } from 'node:crypto';
import { NativeConnection } from '@temporalio/worker';
import type { Client } from '@temporalio/client';
import { inject } from 'vitest';
import { loadConfig } from '../../src/core/config/load-config.js';
import type { Config } from '../../src/core/config/schema.js';
import { createSilentLog } from '../../src/core/log.js';
import { scopedName, TASK_QUEUE, workflowIdOf } from '../../src/core/names.js';
import { SAGA_MESSAGES, type SagaResult, type SagaState } from '../../src/core/temporal/saga-contract.js';
import { createTemporalClient } from '../../src/core/temporal/create-temporal-client.js';
import { startSaga } from '../../src/core/temporal/start-saga.js';
import type { Activities } from '../../src/worker/activities/create-activities.js';
import { installRuntime } from '../../src/worker/install-runtime.js';
import { createWorker } from '../../src/worker/worker.js';
import { own } from '../support/owned.js';
import { waitFor } from '../support/wait-for.js';

export interface TemporalWorker {
  readonly client: Client;
  readonly prefix: string;
  readonly taskQueue: string;
  /** Starts a saga. @returns the order id, a new one unless given */
  start(options?: { orderId?: string; deadlineMs?: number }): Promise<string>;
  result(orderId: string): Promise<SagaResult>;
  /** Waits until the saga waits for the customer. */
  untilItWaits(orderId: string): Promise<void>;
  /** Types of the events in the history, in order. */
  history(orderId: string): Promise<string[]>;
  /** Stops without waiting for activities, as a crash would; the client stays. */
  abandon(): Promise<void>;
  close(): Promise<void>;
}

/** @param activities those that the test's sagas will call; a missing one fails */
export async function startTemporalWorker(
  activities: Partial<Activities>,
  given?: Config,
): Promise<TemporalWorker> {
  const { temporalAddress } = inject('stack');
  const config =
    given ??
    loadConfig({
      flags: { temporalAddress, prefix: `t-${randomBytes(4).toString('hex')}`, drainDeadline: '1s' },
      env: {},
      cwd: '/nonexistent',
    }).config;
  const log = createSilentLog();
  installRuntime(log);
  const temporal = await createTemporalClient(config);
  const { client } = temporal;
  const connection = await NativeConnection.connect({ address: temporalAddress });
  const worker = await createWorker({ config, connection, activities: activities as Activities, log });
  const running = worker.run();
  running.catch(() => undefined);

  const stop = async () => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await running;
  };
  const one: TemporalWorker = {
    client,
    prefix: config.prefix,
    taskQueue: scopedName(config.prefix, TASK_QUEUE),
    async start({ orderId = randomUUID(), deadlineMs = 60_000 } = {}) {
      await startSaga(client, config.prefix, orderId, { orderId, deadlineMs });
      return orderId;
    },
    result: (orderId) => client.workflow.getHandle(workflowIdOf(orderId)).result() as Promise<SagaResult>,
    async untilItWaits(orderId) {
      const saga = client.workflow.getHandle(workflowIdOf(orderId));
      const waits = async () =>
        (await saga.query<SagaState>(SAGA_MESSAGES.sagaState)).step === 'waiting-for-payment';
      await waitFor(waits, { what: 'the saga to wait for payment' });
    },
    async history(orderId) {
      const { events } = await client.workflow.getHandle(workflowIdOf(orderId)).fetchHistory();
      return (events ?? []).map(
        (event) => Object.keys(event).find((key) => key.endsWith('EventAttributes')) ?? '?',
      );
    },
    abandon: () => stop().catch(() => undefined),
    async close() {
      disown();
      await stop().catch(() => undefined);
      await connection.close();
      await temporal.close();
    },
  };
  const disown = own('a Temporal worker', () => one.close());
  return one;
}
