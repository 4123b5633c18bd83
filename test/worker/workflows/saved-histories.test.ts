import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { createSilentLog } from '../../../src/core/log.js';
import { workflowIdOf } from '../../../src/core/names.js';
import { cancelBySaga, wakeSagaForPayment } from '../../../src/core/temporal/wake-saga.js';
import { installRuntime } from '../../../src/worker/install-runtime.js';
import { findWorkflowBundle } from '../../../src/worker/workflow-bundle.js';
import { createOrder, type ScriptedOrderOptions } from '../scripted-order.js';
import { startTemporalWorker, type TemporalWorker } from '../temporal-worker.js';

/** The SDK's own historyToJSON needs one single protobufjs in the tree, which npm does not promise. */
const History = proto.temporal.api.history.v1.History;
const FOLDER = fileURLToPath(new URL('../histories/', import.meta.url));

/**
 * How each saved history came to be. They are recorded once and kept: a new one is added when the workflow gets a new
 * path, an old one goes only when no run of that age can be open any more.
 * ORDERSCTL_RECORD_HISTORIES=1 records those that are not there yet.
 */
const STORIES: Readonly<
  Record<
    string,
    {
      options: ScriptedOrderOptions;
      tell?: (on: TemporalWorker, orderId: string, pay: () => void) => Promise<unknown>;
    }
  >
> = {
  'captured-at-once': { options: {} },
  'captured-by-a-remote-gateway': { options: { gateway: 'remote' } },
  declined: { options: { outcome: { kind: 'declined', final: true } } },
  'woken-too-early-then-expired': {
    options: { outcome: { kind: 'requires-action' }, remainingMs: 1_000 },
    tell: (on, orderId) => wakeSagaForPayment(on.client, orderId, { updateId: 'too-early' }),
  },
  'paid-while-waiting': {
    options: { outcome: { kind: 'requires-action' } },
    tell: (on, orderId, pay) => {
      pay();
      return wakeSagaForPayment(on.client, orderId, { updateId: 'payment' });
    },
  },
  'cancelled-by-the-customer': {
    options: { outcome: { kind: 'requires-action' } },
    tell: (on, orderId) =>
      cancelBySaga(on.client, orderId, { failureCode: 'CANCELLED_BY_CUSTOMER' }, { updateId: 'cancel' }),
  },
  'workflow-cancelled': {
    options: { outcome: { kind: 'requires-action' } },
    tell: (on, orderId) => on.client.workflow.getHandle(workflowIdOf(orderId)).cancel(),
  },
};
const saved = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const readText = (name: string): string => readFileSync(`${FOLDER}${name}`, 'utf8');
const toHistory = (text: string) => History.fromObject(JSON.parse(text) as Record<string, unknown>);

async function replay(
  histories: readonly { workflowId: string; history: unknown }[],
): Promise<Map<string, Error | undefined>> {
  installRuntime(createSilentLog());
  const errors = new Map<string, Error | undefined>();
  const options = { workflowBundle: { codePath: findWorkflowBundle() } };
  for await (const result of Worker.runReplayHistories(options, histories)) {
    errors.set(result.workflowId, result.error);
  }
  return errors;
}

describe('workflows of earlier builds', () => {
  it.runIf(process.env['ORDERSCTL_RECORD_HISTORIES'] === '1')('are recorded', async () => {
    for (const [name, { options, tell }] of Object.entries(STORIES)) {
      if (saved.includes(`${name}.json`)) continue;
      const { order, activities } = createOrder(options);
      const on = await startTemporalWorker(activities);
      const orderId = await on.start();
      if (tell) {
        await on.untilItWaits(orderId);
        await tell(on, orderId, () => (order.paid = true));
      }
      await on.result(orderId);
      const history = await on.client.workflow.getHandle(workflowIdOf(orderId)).fetchHistory();
      const plain = History.toObject(History.fromObject(history), {
        longs: String,
        enums: String,
        bytes: String,
      });
      writeFileSync(`${FOLDER}${name}.json`, `${JSON.stringify(plain, null, 2)}\n`);
      await on.close();
    }
  });

  it('have a saved history for every path', () => {
    expect(saved.toSorted()).toEqual(
      Object.keys(STORIES)
        .map((name) => `${name}.json`)
        .toSorted(),
    );
  });

  it('replay under the workflow code of this build without a difference', async () => {
    const errors = await replay(
      saved.map((name) => ({ workflowId: name, history: toHistory(readText(name)) })),
    );
    expect(errors.size).toBe(saved.length);
    expect([...errors].filter(([, error]) => error !== undefined)).toEqual([]);
  });

  it('are noticed when the code does something else than it did then', async () => {
    const changed = readText('captured-by-a-remote-gateway.json').replaceAll(
      '"requestPayment"',
      '"chargeCard"',
    );
    const errors = await replay([{ workflowId: 'changed', history: toHistory(changed) }]);
    expect(errors.get('changed')?.name).toBe('DeterminismViolationError');
  });
});
