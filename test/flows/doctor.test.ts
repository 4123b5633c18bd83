import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPipeline, placeOrder, type Pipeline } from '../support/pipeline.js';
import { createSpace, type Space } from '../support/space.js';
import { waitFor } from '../support/wait-for.js';

interface Report {
  readonly verdict: string | null;
  readonly checks: readonly { readonly id: string; readonly status: string; readonly message: string }[];
}

/** What a stack that is thrown away, with payments that take no money, is told whatever happens. */
const LOCAL_STACK = new Set([
  'payments.gateway',
  'temporal.retention',
  'postgres.durability',
  'redis.persistence',
  // A busy machine is far away from itself.
  'reach.postgres',
  'reach.redis',
  'reach.kafka',
  'reach.temporal',
]);

describe('doctor on a whole deployment', { timeout: 180_000 }, () => {
  let space: Space;
  let pipeline: Pipeline;
  beforeAll(async () => {
    space = await createSpace('flow-doctor');
    await space.topics();
    pipeline = await createPipeline(space, { ORDERSCTL_SWEEP_INTERVAL: '1h' });
    await pipeline.json(['seed-stock', '--product', 'tee', '--quantity', '5']);
    await pipeline.json(['seed-prices', '--product', 'tee', '--price', '49.90 EUR']);
    await pipeline.json(['sale', 'set', 'tee', '--max-per-customer', '2', '--yes']);
    await Promise.all([pipeline.start('serve'), pipeline.start('consume'), pipeline.start('worker')]);
  });
  afterAll(async () => {
    await pipeline.stopAll();
    await space.close();
  });

  const look = async (...args: string[]): Promise<{ code: number | null; report: Report; bad: string[] }> => {
    const run = await pipeline.run(['doctor', '--json', '--timeout', '30s', ...args], { timeoutMs: 90_000 });
    const report = JSON.parse(run.stdout) as Report;
    const bad = report.checks
      .filter(({ id, status }) => status !== 'ok' && !(status === 'warning' && LOCAL_STACK.has(id)))
      .map(({ id, status, message }) => `${id} ${status}: ${message}`);
    return { code: run.code, report, bad };
  };

  it('finds everything well, and lets the sale go', async () => {
    // The roles have just begun: their first sign of life, poll and schedule are moments away.
    await waitFor(async () => (await look()).bad.length === 0, {
      timeoutMs: 90_000,
      intervalMs: 500,
      what: 'doctor to find everything well',
    }).catch(async (error: unknown) => {
      throw new Error((await look()).bad.join('\n'), { cause: error });
    });
    expect((await look()).code).toBe(0);
    const sale = await look('--for-sale', 'tee');
    expect(sale.bad).toEqual([]);
    expect(sale.report.verdict).toBe('GO');
    expect(sale.code).toBe(0);
  });

  it('still does after an order, and says NO GO when a role is gone', async () => {
    expect((await placeOrder(pipeline, { userId: 'ann', productId: 'tee', quantity: 1 })).status).toBe(202);
    await waitFor(async () => (await look('--only', 'orders,products')).bad.length === 0, {
      timeoutMs: 60_000,
      intervalMs: 500,
      what: 'the order to be well',
    });
    await pipeline.stop('consume');
    const sale = await look('--for-sale', 'tee');
    expect(sale.code).toBe(3);
    expect(sale.report.verdict).toBe('NO GO');
    expect(sale.bad.some((line) => line.startsWith('kafka.group failed: no member'))).toBe(true);
  });
});
