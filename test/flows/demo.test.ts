import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DemoReport } from '../../src/bench/demo/report.js';
import { findProcesses } from '../support/find-processes.js';
import { runBinary } from '../support/binary.js';

/** Servers that are not there: a demo that used any of them could not pass. */
const FOREIGN = {
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/production',
  REDIS_URL: 'redis://127.0.0.1:1',
  KAFKA_BROKERS: '127.0.0.1:1',
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  PORT: '1',
  ORDERSCTL_PREFIX: 'foreign',
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordersctl-demo-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the demo', () => {
  it('passes though serve is killed in mid-sale, uses only servers of its own, and leaves none', async () => {
    writeFileSync(
      join(folder, '.env'),
      Object.entries(FOREIGN)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
    const args = ['demo', '--json', '--buyers', '600', '--units', '90', '--kill', 'serve'];
    const { code, stdout, stderr } = await runBinary(args, { cwd: folder, env: FOREIGN, timeoutMs: 85_000 });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const report = JSON.parse(stdout) as DemoReport;
    expect(report.checks.filter((check) => !check.ok)).toEqual([]);
    expect(report).toMatchObject({
      verdict: 'passed',
      oversold: 0,
      sale: { buyers: 600, units: 90, products: 3 },
      killed: { role: 'serve' },
    });
    // A buyer without a key whose answer was lost with serve has an order and cannot know.
    const lost = Object.values(report.unanswered).reduce((sum, count) => sum + count, 0);
    const ended = report.orders.confirmed + report.orders.failed;
    expect(ended).toBeGreaterThanOrEqual(report.orders.accepted);
    expect(ended).toBeLessThanOrEqual(report.orders.accepted + lost);
    expect(report.orders.failed).toBeGreaterThan(0);
    expect(report.refused['SOLD_OUT']).toBeGreaterThan(0);
    expect(report.products.map((one) => one.seeded).reduce((sum, units) => sum + units, 0)).toBe(90);
    expect(findProcesses(folder)).toEqual([]);
    expect(readdirSync(join(folder, '.ordersctl/demo')).sort()).toEqual(['.gitignore', 'logs']);
  }, 90_000);
});
