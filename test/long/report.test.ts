import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { renderHtml } from '../../src/cli/report/html/render-html.js';
import type { Report } from '../../src/core/report/report.js';
import { createPool } from '../../src/core/postgres/create-pool.js';
import { inventedReport } from '../cli/report/invented-report.js';
import { runJson } from '../cli/run-command.js';
import { createSpace, type Space } from '../support/space.js';
import { makeSale } from '../support/synthetic-sale.js';

const ORDERS = 1_000_000;
const MAX_GROWTH_MB = 150;
const BROWSER = ['chromium', 'google-chrome', 'chromium-browser'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);

let space: Space;
let folder: string;
beforeAll(async () => {
  space = await createSpace('long-report');
  await space.topics();
  folder = await mkdtemp(join(tmpdir(), 'ordersctl-long-report-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await space.close();
});

it('a million orders of one product are reported in memory that does not grow with them; the time is printed', async () => {
  const pool = createPool(
    { url: space.databaseUrl, applicationName: 'fill', statementTimeoutMs: 300_000 },
    space.log,
  );
  const startedAt = new Date(Date.now() - 7_200_000);
  await makeSale(pool, { productId: 'tee', orders: ORDERS, startedAt, seconds: 1_800 });
  await pool.query('vacuum analyze orders, order_events, payments');
  await pool.end();
  const before = process.memoryUsage().rss;
  const begun = performance.now();
  const report = await runJson<Report>(['report', '--product', 'tee'], { env: space.environment });
  const grown = (process.memoryUsage().rss - before) / 1_000_000;
  process.stdout.write(
    `${ORDERS} orders: ${((performance.now() - begun) / 1_000).toFixed(1)} s, ${grown.toFixed(0)} MB\n`,
  );
  expect(report).toMatchObject({ verdict: 'passed', oversold: 0 });
  expect(report.total.orders.accepted.orders).toBe(ORDERS);
  expect(report.total.money[0]?.grossMinor).toBe(report.total.orders.sold.units * 4_990);
  expect(report.total.times.sampled).toBeLessThan(30_000);
  expect(report.timeline.stretches.length).toBeLessThanOrEqual(240);
  expect(grown).toBeLessThan(MAX_GROWTH_MB);
});

it.skipIf(BROWSER === undefined)(
  'a browser shows the page under its own policy, from a file (skipped without Chromium)',
  async () => {
    const page = join(folder, 'report.html');
    await writeFile(page, renderHtml(inventedReport({ products: 3 })));
    const { status, stdout, stderr } = spawnSync(
      BROWSER ?? '',
      [
        ...[
          '--headless',
          '--no-sandbox',
          '--disable-gpu',
          '--disable-quic',
          '--no-first-run',
          '--disable-sync',
        ],
        ...['--disable-background-networking', '--disable-component-update', '--enable-logging=stderr'],
        ...[`--user-data-dir=${join(folder, 'profile')}`, '--dump-dom', `file://${page}`],
      ],
      { encoding: 'utf8', timeout: 120_000 },
    );
    expect(status).toBe(0);
    expect(stdout).toContain('<h1>');
    expect(stdout.match(/<svg/g)?.length).toBeGreaterThan(4);
    expect(stderr).not.toMatch(/Content Security Policy|Refused to/);
  },
);
