import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPipeline, type Pipeline } from '../support/pipeline.js';
import { createSpace, type Space } from '../support/space.js';
import { waitFor } from '../support/wait-for.js';

interface Report {
  readonly verdict: string | null;
  readonly unavailable: readonly unknown[];
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

  it('finds everything well, lets the sale go, and says NO GO when a role is gone', async () => {
    // The roles have just begun: their first sign of life, poll and schedule are moments away.
    let sale = await look('--for-sale', 'tee');
    await waitFor(
      async () => {
        sale = await look('--for-sale', 'tee');
        return sale.bad.length === 0;
      },
      { timeoutMs: 90_000, intervalMs: 500, what: 'doctor to find everything well' },
    ).catch((error: unknown) => {
      throw new Error(sale.bad.join('\n'), { cause: error });
    });
    expect(sale.report.verdict).toBe('GO');
    expect(sale.code).toBe(0);
    const products = await look('--only', 'products,orders');
    expect(products.bad).toEqual([]);
    expect(products.code).toBe(0);
    await pipeline.stop('consume');
    const gone = await look('--for-sale', 'tee');
    expect(gone.report.verdict).toBe('NO GO');
    expect(gone.bad).toContainEqual(expect.stringMatching(/^kafka.group failed: no member/));
    expect(gone.report.unavailable).toEqual([]);
    expect(gone.code).toBe(3);
  });
});
