import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import { abandonReservations } from '../../../src/core/postgres/abandon-reservations.js';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { recordCaptures } from '../../../src/core/postgres/record-capture.js';
import { createLoad } from '../../../src/core/redis/load.js';
import { createTemporalClient } from '../../../src/core/temporal/create-temporal-client.js';
import { startSaga } from '../../../src/core/temporal/start-saga.js';
import { acceptSome } from '../../support/accepted-orders.js';
import { createSpace, type Space } from '../../support/space.js';
import { terminateSagas } from '../../support/terminate-sagas.js';
import { runCommand, runJson } from '../run-command.js';

interface Inspected {
  readonly order: { readonly orderId: string; readonly status: string } | null;
  readonly hold: { readonly quantity: number } | null;
  readonly outbox: { readonly publishedAt: string | null; readonly topics: string[] }[];
  readonly kafka: { readonly position: string } | null;
  readonly workflow: { readonly status: string } | null;
  readonly payment: unknown;
  readonly timeline: { readonly version: number; readonly type: string }[];
  readonly diagnosis: { readonly hop: string; readonly summary: string; readonly command: string | null };
  readonly unavailable: { readonly store: string }[];
}

const DEADLINE_MS = 900_000;

describe('inspect', () => {
  let space: Space;
  let temporal: { client: Client; close(): Promise<void> };
  const started: string[] = [];
  const inspect = (orderId: string) => runJson<Inspected>(['inspect', orderId], { env: space.environment });

  beforeAll(async () => {
    space = await createSpace('cli-inspect');
    await space.topics();
    temporal = await createTemporalClient(space.config());
  });
  afterAll(async () => {
    await terminateSagas(temporal.client, started);
    await temporal.close();
    await space.close();
  });

  async function accept(
    productId = 'tee',
  ): Promise<{ orderId: string; reservationId: string; userId: string }> {
    const [record] = await acceptSome(space.pool, 1, productId);
    if (!record) throw new Error('nothing was accepted');
    return { orderId: record.orderId, ...record.order };
  }
  async function start(orderId: string): Promise<void> {
    started.push(orderId);
    await startSaga(temporal.client, space.prefix, orderId, { orderId, deadlineMs: DEADLINE_MS });
  }

  it('says that an order was not published, and the printed command mends it', async () => {
    const { orderId } = await accept();
    const before = await inspect(orderId);
    expect(before).toMatchObject({
      order: { orderId, status: 'PENDING', quantity: 1, amount: { amountMinor: 4_990, currency: 'EUR' } },
      hold: null,
      outbox: [{ topics: ['orders.reservations'], publishedAt: null }],
      kafka: null,
      workflow: null,
      payment: null,
      timeline: [{ version: 1, type: 'PENDING' }],
      diagnosis: { hop: 'not-published', command: `ordersctl replay ${orderId}` },
      unavailable: [],
    });

    const command = before.diagnosis.command?.split(' ').slice(1) ?? [];
    expect((await runCommand(command, { env: space.environment })).code).toBe(EXIT.ok);
    const after = await inspect(orderId);
    expect(after.diagnosis).toMatchObject({ hop: 'queued', command: 'ordersctl consume' });
    expect(after.kafka).toMatchObject({ position: 'ahead', committed: null });
    expect(after.outbox[0]?.publishedAt).not.toBeNull();
  });

  it('shows the hold and names one that outlived its order', async () => {
    const { orderId, reservationId, userId } = await accept('held');
    await createLoad(
      space.redis,
      space.prefix,
    )({
      productId: 'held',
      epoch: 1,
      available: 9,
      price: { amountMinor: 4_990, currency: 'EUR' },
      revision: 1,
      sale: null,
      holds: [
        {
          reservationId,
          userId,
          quantity: 1,
          unitPrice: { amountMinor: 4_990, currency: 'EUR' },
          epoch: 1,
          bodyHash: 'a-hash',
          reservedAt: new Date(),
          generation: 0,
        },
      ],
    });
    expect((await inspect(orderId)).hold).toMatchObject({ quantity: 1, reservationId });
    await endOrders(space.pool, [{ orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_OPERATOR' }]);
    expect((await inspect(orderId)).diagnosis.hop).toBe('hold-not-released');
  });

  it('follows the workflow: running, waiting for payment, terminated', async () => {
    const { orderId } = await accept();
    await start(orderId);
    expect(await inspect(orderId)).toMatchObject({
      workflow: { status: 'running' },
      diagnosis: { hop: 'in-progress' },
    });
    await beginOrders(space.pool, [{ orderId, deadlineMs: DEADLINE_MS }]);
    expect((await inspect(orderId)).diagnosis).toMatchObject({ hop: 'waiting-for-payment', command: null });
    await terminateSagas(temporal.client, [orderId]);
    expect(await inspect(orderId)).toMatchObject({
      workflow: { status: 'terminated' },
      diagnosis: { hop: 'workflow-gone', command: `ordersctl replay ${orderId}` },
    });
  });

  it('reads well: sections, the timeline and the diagnosis, also for a workflow id', async () => {
    const { orderId } = await accept();
    await beginOrders(space.pool, [{ orderId, deadlineMs: DEADLINE_MS }]);
    const { code, stdout } = await runCommand(['inspect', `order-${orderId}`], { env: space.environment });
    expect(code).toBe(EXIT.ok);
    for (const title of [`Order ${orderId}`, 'Stores', 'Timeline', 'Diagnosis'])
      expect(stdout).toContain(title);
    expect(stdout).toMatch(/amount +49\.90 EUR/);
    expect(stdout).toMatch(/\+\d+m?s +PAYMENT_PENDING {2}\(not published\)/);
    expect(stdout).toContain(`ordersctl replay ${orderId}`);
    expect(stdout).not.toContain('\u001b');
  });

  it('finds an order by its reservation, a payment and its customer, and says by what', async () => {
    const { orderId, reservationId, userId } = await accept();
    await beginOrders(space.pool, [{ orderId, deadlineMs: DEADLINE_MS }]);
    const gatewayReference = `pay-${orderId}`;
    await recordCaptures(space.pool, [
      { orderId, attempt: 1, gateway: 'simulated', gatewayReference, amountMinor: 4_990, currency: 'EUR' },
    ]);
    const env = space.environment;
    for (const [args, foundBy] of [
      [[orderId.toUpperCase()], 'order'],
      [[`order-${orderId}`], 'workflow'],
      [[reservationId], 'reservation'],
      [[gatewayReference], 'payment'],
      [['--user', userId], 'user'],
    ] as const) {
      expect(await runJson(['inspect', ...args], { env })).toMatchObject({ foundBy, order: { orderId } });
    }
    expect((await runCommand(['inspect', gatewayReference], { env })).stdout).toMatch(
      /found by +its payment/,
    );
    expect((await runCommand(['inspect', '--user', 'nobody'], { env })).stderr).toContain('has no order');
    for (const args of [[], [orderId, '--user', userId]]) {
      expect((await runCommand(['inspect', ...args], { env })).code).toBe(EXIT.usage);
    }
  });

  it('says of a reservation that it ended without an order', async () => {
    const reservationId = randomUUID();
    await abandonReservations(space.pool, [
      { reservationId, userId: 'u', productId: 'tee', quantity: 1, epoch: 1, bodyHash: 'h' },
    ]);
    const { code, stderr } = await runCommand(['inspect', reservationId], { env: space.environment });
    expect(code).toBe(EXIT.failed);
    expect(stderr).toContain('ended without an order (ABANDONED)');
  });

  it('shows what operators did to it, and the history of its workflow', async () => {
    const { orderId } = await accept('held');
    await start(orderId);
    const env = { ...space.environment, ORDERSCTL_ACTOR: 'test' };
    expect((await runCommand(['cancel', orderId, '--reason', 'customer called'], { env })).code).toBe(
      EXIT.ok,
    );
    const { actions, workflow } = await runJson<{
      actions: readonly { command: string; reason: string }[];
      workflow: { history: { events: number; activities: readonly unknown[] } };
    }>(['inspect', orderId], { env });
    expect(actions).toMatchObject([{ command: 'cancel', reason: 'customer called', actor: 'test' }]);
    expect(workflow.history).toMatchObject({ activities: [], truncated: false });
    expect(workflow.history.events).toBeGreaterThan(0);
  });

  it('prints commands for the context that it was asked in', async () => {
    const { orderId } = await accept();
    const { diagnosis } = await runJson<Inspected>(['--context', 'none', 'inspect', orderId], {
      env: space.environment,
    });
    expect(diagnosis.command).toBe(`ordersctl replay ${orderId} --context none`);
  });

  it.each(['nope', '00000000-0000-4000-8000-000000000000'])(
    'exits 1 for the unknown order %s',
    async (id) => {
      const result = await runCommand(['inspect', id, '--json'], { env: space.environment });
      expect(result.code).toBe(EXIT.failed);
      expect(result.stdout).toBe('');
      expect(JSON.parse(result.stderr)).toMatchObject({
        error: { code: 'ORDER_NOT_FOUND', retryable: false },
      });
    },
  );

  // At once: each waits as long as its store may take.
  it.concurrent.each([
    ['redis', 'REDIS_URL', 'redis://127.0.0.1:1'],
    ['kafka', 'KAFKA_BROKERS', '127.0.0.1:1'],
    ['temporal', 'TEMPORAL_ADDRESS', '127.0.0.1:1'],
    ['postgres', 'DATABASE_URL', 'postgres://ordersctl@127.0.0.1:1/none'],
  ])('tells what it can and exits 5 when %s is away', async (store, name, address) => {
    const { orderId } = await accept();
    await runCommand(['replay', orderId], { env: space.environment });
    const env = { ...space.environment, [name]: address };
    const result = await runCommand(['inspect', orderId, '--json'], { env });
    expect(result.code).toBe(EXIT.unreachable);
    const inspected = JSON.parse(result.stdout) as Inspected;
    expect(inspected.unavailable.map((away) => away.store)).toEqual([store]);
    expect(inspected.order?.orderId).toBe(store === 'postgres' ? undefined : orderId);
    const people = await runCommand(['inspect', orderId], { env });
    expect(people.stdout).toContain('unavailable');
    expect(people.stderr).toContain('fix:');
  });
});
