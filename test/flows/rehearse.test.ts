import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RehearsalReport } from '../../src/bench/rehearse/report.js';
import { runBinary } from '../support/binary.js';
import { findTraces } from '../support/rehearsal-traces.js';
import { createSpace, type Space } from '../support/space.js';

let space: Space;
let folder: string;
beforeAll(async () => {
  space = await createSpace('rehearse');
  await space.topics();
  folder = mkdtempSync(join(tmpdir(), 'ordersctl-rehearse-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await space.close();
});

const SMALL = [
  '--rate',
  '60',
  '--duration',
  '3s',
  '--burst',
  '60',
  '--units',
  '40',
  '--late',
  '0',
  '--cheat',
  '15',
];

describe('a rehearsal with roles of its own', () => {
  it('passes though serve is killed in mid-sale, turns cheats away, and leaves nothing of it', async () => {
    const args = ['rehearse', ...SMALL, '--kill', 'serve', '--yes', '--json', '--html', 'page.html'];
    const { code, stdout, stderr } = await runBinary(args, {
      cwd: folder,
      env: { ...space.environment, ORDERSCTL_MAX_LOOP_DELAY: '10s' },
      timeoutMs: 120_000,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const report = JSON.parse(stdout) as RehearsalReport & { cleaned: { products: number; orders: number } };
    expect(report.checks.filter((check) => !check.ok)).toEqual([]);
    expect(report).toMatchObject({
      verdict: 'passed',
      oversold: 0,
      sale: { units: 40, products: 3 },
      killed: [{ point: 'serve' }],
      targets: { judged: false },
      cleaned: { products: 3 },
    });
    expect(report.sale.buyers).toBe(60 + 60 * 2);
    expect(report.cleaned.orders).toBeGreaterThanOrEqual(report.orders.accepted);
    const tricks = Object.values(report.cheats);
    expect(tricks.reduce((sum, one) => sum + one.turnedAway, 0)).toBeGreaterThan(10);

    expect(await findTraces(space, report.run)).toEqual({});
    expect(readFileSync(join(folder, 'page.html'), 'utf8')).toContain(`rehearsal-${report.run}-1`);
    expect(readdirSync(join(folder, '.ordersctl/rehearsals'))).toEqual(['.gitignore']);
    const { rows } = await space.pool.query<{ arguments: object; result: object }>(
      `select arguments, result from operator_actions where command = 'rehearse' order by action_id`,
    );
    expect(rows.map((row) => row.arguments)).toMatchObject([
      { run: report.run, products: 3 },
      { run: report.run, verdict: 'passed' },
      { run: report.run, clean: true },
    ]);
  }, 150_000);
});
