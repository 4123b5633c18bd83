import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createMetricsRegistry } from '../../src/core/admin/metrics.js';
import type { ConfigKey } from '../../src/core/config/schema.js';
import { findPayments } from '../../src/core/postgres/find-payments.js';
import { createGateway } from '../../src/worker/payments/create-gateway.js';
import { measureGateway } from '../../src/worker/payments/measure-gateway.js';
import { waitFor } from '../support/wait-for.js';
import { createSagaStand, SEEDED, type SagaStand } from '../worker/saga-stand.js';
import type { TemporalWorker } from '../worker/temporal-worker.js';

describe('sagas and a simulated gateway that has faults', () => {
  let stand: SagaStand;
  let worker: TemporalWorker;
  let unanswered: () => Promise<number>;
  const begin = async (settings: Partial<Record<ConfigKey, string>>) => {
    stand = await createSagaStand('simulated');
    const registry = createMetricsRegistry({ role: 'worker', version: '0.0.0' });
    const gateway = measureGateway(createGateway(stand.space.config(settings), stand.space.log), registry);
    unanswered = async () => {
      const counted = /ordersctl_gateway_calls_total{.*result="unknown".*} (\d+)/.exec(
        await registry.metrics(),
      );
      return Number(counted?.[1] ?? 0);
    };
    worker = await stand.worker({ settings, deps: { gateway } });
  };
  afterEach(() => stand.close());

  it('pays every order once although a third of the answers is lost, and ends those that are declined', async () => {
    await begin({ simulatedTimeoutRate: '0.3', simulatedDeclineUsers: 'broke-' });
    const users = Array.from({ length: 40 }, (_, n) => (n % 10 === 0 ? `broke-${n}` : `rich-${n}`));
    const orders = await Promise.all(users.map((userId) => stand.order({ userId })));
    await Promise.all(orders.map((orderId) => worker.start({ orderId })));
    for (const [n, orderId] of orders.entries()) {
      const status = users[n]?.startsWith('broke-') ? 'FAILED' : 'CONFIRMED';
      expect([n, await worker.result(orderId)]).toEqual([n, { status }]);
      expect(await findPayments(stand.space.pool, orderId)).toHaveLength(1);
    }
    expect(await unanswered()).toBeGreaterThan(0);
    expect(await stand.units()).toEqual({
      ...{ claimed: 36, held: 0, sold: 36, available: SEEDED - 36, inHolds: 0, openHalves: 0 },
    });
  });

  it('waits while the gateway is switched off, and pays when it is on again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'outage-'));
    const simulatedOutageFile = join(folder, 'off');
    writeFileSync(simulatedOutageFile, '');
    await begin({ simulatedOutageFile });
    const orderId = await stand.order();
    await worker.start({ orderId });
    await waitFor(async () => (await unanswered()) >= 2, { what: 'the outage to be met' });
    expect(await stand.row(orderId)).toMatchObject({ status: 'PAYMENT_PENDING', paid: false });
    rmSync(folder, { recursive: true });
    expect(await worker.result(orderId)).toEqual({ status: 'CONFIRMED' });
  });
});
