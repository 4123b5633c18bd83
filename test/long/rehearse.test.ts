import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KillPoint } from '../../src/bench/rehearse/names.js';
import type { RehearsalReport } from '../../src/bench/rehearse/report.js';
import { runBinary, startBinary } from '../support/binary.js';
import { buildWithoutRelease } from '../support/broken-build.js';
import { findProcesses } from '../support/find-processes.js';
import { waitFor } from '../support/wait-for.js';

const UP_TIMEOUT_MS = 180_000;
const RUN_TIMEOUT_MS = 10 * 60_000;
/** 2,000 arrivals a second for 30 s on 1,000 units. */
const FULL = [
  '--rate',
  '2000',
  '--duration',
  '30s',
  '--burst',
  '1000',
  '--units',
  '1000',
  '--with-roles',
  '--yes',
];

let folder: string;
/** Buyers, roles and servers share the processors: here a slow loop says nothing of the stack. */
const env = { ORDERSCTL_MAX_LOOP_DELAY: '10s' };
const run = (...args: string[]) => runBinary(args, { cwd: folder, env, timeoutMs: RUN_TIMEOUT_MS });
async function productsLeft(): Promise<readonly unknown[]> {
  const { stdout } = await run('sale', 'status', '--json');
  return (JSON.parse(stdout) as { products: readonly unknown[] }).products;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ordersctl-rehearsal-'));
  const up = await runBinary(['dev', 'up', '-d', '--port-base', 'auto'], {
    cwd: folder,
    timeoutMs: UP_TIMEOUT_MS,
  });
  expect(up).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await run('dev', 'reset', '--yes');
  expect(findProcesses(folder)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

describe('a rehearsal at 2,000 arrivals a second', () => {
  it.each<KillPoint>(['serve', 'consume', 'worker', 'redis', 'kafka', 'temporal', 'postgres'])(
    'passes with %s killed in mid-sale, and leaves no product',
    async (point) => {
      const { code, stdout } = await run('rehearse', '--json', '--kill', point, ...FULL);
      const report = JSON.parse(stdout) as RehearsalReport;
      expect(report.checks.filter((check) => !check.ok)).toEqual([]);
      expect({ code, verdict: report.verdict }).toEqual({ code: 0, verdict: 'passed' });
      expect(report.killed.map((kill) => kill.point)).toEqual([point]);
      expect(report.sale.buyers).toBe(59_000);
      expect(report.oversold).toBe(0);
      expect(await productsLeft()).toEqual([]);
    },
  );

  it('fails on a build that never gives a hold back, and keeps what it has found', async () => {
    const broken = buildWithoutRelease();
    try {
      const { code, stdout } = await run('rehearse', '--json', '--roles-from', broken.binary, ...FULL);
      const report = JSON.parse(stdout) as RehearsalReport;
      expect({ code, verdict: report.verdict }).toEqual({ code: 3, verdict: 'failed' });
      expect(report.checks.filter((check) => !check.ok).map(({ name }) => name)).toContain(
        'units are conserved in Postgres, and Redis agrees',
      );
      expect(await productsLeft()).toHaveLength(3);
      expect(await run('rehearse', '--clean', report.run, '--yes')).toMatchObject({ code: 0 });
      expect(await productsLeft()).toEqual([]);
    } finally {
      broken.remove();
    }
  });

  it('closes the sale at the first Ctrl-C, waits for its orders, cleans up, and ends with 130', async () => {
    const running = startBinary(['rehearse', ...FULL, '--rate', '100'], { cwd: folder, env });
    await waitFor(() => running.stderr().includes('opened   '), {
      timeoutMs: 120_000,
      what: 'the sale to begin',
    });
    const { code, stdout } = await running.stop('SIGINT', RUN_TIMEOUT_MS);
    expect({ code, stdout }).toMatchObject({
      code: 130,
      stdout: expect.stringContaining('VERDICT: INTERRUPTED') as string,
    });
    expect(await productsLeft()).toEqual([]);
  });
});
