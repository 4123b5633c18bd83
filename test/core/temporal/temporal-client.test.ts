import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { loadConfig } from '../../../src/core/config/load-config.js';
import {
  createTemporalClient,
  type TemporalClient,
} from '../../../src/core/temporal/create-temporal-client.js';
import { describeSaga } from '../../../src/core/temporal/describe-saga.js';
import { startSaga } from '../../../src/core/temporal/start-saga.js';
import { wakeSagaForPayment } from '../../../src/core/temporal/wake-saga.js';
import { freePort } from '../../support/pipeline.js';
import { createTcpProxy } from '../../support/tcp-proxy.js';
import { waitFor } from '../../support/wait-for.js';

const configOf = (temporalAddress: string, temporalNamespace = 'default') =>
  loadConfig({ flags: { temporalAddress, temporalNamespace }, env: {}, cwd: '/nonexistent' }).config;

describe('the Temporal client', () => {
  let temporal: TemporalClient;
  beforeAll(async () => {
    temporal = await createTemporalClient(configOf(inject('stack').temporalAddress));
  });
  afterAll(() => temporal.close());

  // At once: each waits as long as a connection may take.
  it.concurrent('says that a server which is not there is unreachable, within seconds', async () => {
    const closed = createTemporalClient(configOf(`127.0.0.1:${await freePort()}`));
    await expect(closed).rejects.toMatchObject({ code: 'UNAVAILABLE', exitCode: 5, retryable: true });
  });

  it.concurrent('says the same of a port that accepts connections and never answers', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    await expect(createTemporalClient(configOf(`127.0.0.1:${port}`))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    silent.close();
  });

  it('can be closed while a call is tried again, and whoever waits for it hears so', async () => {
    const [host = '', port] = inject('stack').temporalAddress.split(':');
    const proxy = await createTcpProxy({ host, port: Number(port) });
    const other = await createTemporalClient(configOf(`127.0.0.1:${proxy.port}`));
    proxy.cut();
    const described = describeSaga(other.client, randomUUID()).catch((error: unknown) => error);
    await waitFor(() => proxy.fired > 0, { what: 'the first try to fail' });
    await other.close();
    expect(await described).toMatchObject({ code: 'UNAVAILABLE' });
    await proxy.close();
  });

  it('takes a missing namespace for a mistake of the configuration', async () => {
    const other = await createTemporalClient(configOf(inject('stack').temporalAddress, 'no-such-namespace'));
    const orderId = randomUUID();
    const started = startSaga(other.client, 'nobody', orderId, { orderId, deadlineMs: 1 });
    await expect(started).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await other.close();
  });

  it('starts a saga once, and describes it with nobody to run it', async () => {
    const orderId = randomUUID();
    const input = { orderId, deadlineMs: 1_000 };
    expect(await describeSaga(temporal.client, orderId)).toMatchObject({
      status: 'missing',
      historyLength: 0,
    });
    const starts = await Promise.all(
      Array.from({ length: 5 }, () => startSaga(temporal.client, 'nobody-polls', orderId, input)),
    );
    expect(starts.toSorted()).toEqual(['already', 'already', 'already', 'already', 'started']);
    expect(await describeSaga(temporal.client, orderId)).toMatchObject({
      workflowId: `order-${orderId}`,
      status: 'running',
      closedAt: null,
      pendingActivities: [],
    });
    await temporal.client.workflow.getHandle(`order-${orderId}`).terminate();
    expect(await describeSaga(temporal.client, orderId)).toMatchObject({ status: 'terminated' });
    expect(await startSaga(temporal.client, 'nobody-polls', orderId, input)).toBe('already');
    expect(await startSaga(temporal.client, 'nobody-polls', orderId, input, { afterFailure: true })).toBe(
      'started',
    );
    await temporal.client.workflow.getHandle(`order-${orderId}`).terminate();
  });

  it('does not wait for ever for a saga whose worker is away', async () => {
    const orderId = randomUUID();
    await startSaga(temporal.client, 'nobody-polls', orderId, { orderId, deadlineMs: 1_000 });
    const woken = wakeSagaForPayment(temporal.client, orderId, { updateId: 'u', timeoutMs: 300 });
    await expect(woken).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await temporal.client.workflow.getHandle(`order-${orderId}`).terminate();
    expect(await wakeSagaForPayment(temporal.client, orderId, { updateId: 'u' })).toEqual({
      kind: 'missing',
    });
  });
});
