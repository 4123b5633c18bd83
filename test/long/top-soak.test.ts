import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { TopSnapshot } from '../../src/cli/top/state/snapshot.js';
import { insertRoleStats } from '../../src/core/postgres/insert-role-stats.js';
import { REPOSITORY, runBinary, startBinary } from '../support/binary.js';
import { createSpace, type Space } from '../support/space.js';
import { hasTerminal, openTerminal } from '../support/terminal.js';
import { waitFor } from '../support/wait-for.js';

/** A minute or two will do to try the test itself. */
const MINUTES = Number(process.env['TOP_SOAK_MINUTES'] ?? 10);
const WRITE_MS = 2_000;
/** The history of five minutes fills meanwhile. */
const WARM_UP = 0.55;
/** Of the heap after a collection. What it kept of each component drawn, as React's notes for developers, would be 100 MB. */
const GROWTH_BYTES = 3_000_000;
const REPORT = `--import ${join(REPOSITORY, 'test/support/report-heap.mjs')}`;

it.skipIf(!hasTerminal())(
  `top keeps its memory over ${MINUTES} minutes, on a terminal and as JSON`,
  { timeout: (MINUTES + 3) * 60_000 },
  async () => {
    const space = await createSpace('top-soak');
    await space.topics();
    for (const productId of ['cap', 'mug', 'tee']) {
      const seeding = ['seed-stock', '--product', productId, '--quantity', '1000'];
      await runBinary(seeding, { env: space.environment });
    }
    const folder = mkdtempSync(join(tmpdir(), 'ordersctl-soak-'));
    const reports = { terminal: join(folder, 'terminal'), json: join(folder, 'json') };
    const watched = (report: string) => ({
      ...space.environment,
      ...{ NODE_OPTIONS: REPORT, HEAP_REPORT: report },
    });
    const terminal = openTerminal(120, 40, watched(reports.terminal));
    const json = startBinary(['top', '--json', '--interval', '1s'], { env: watched(reports.json) });
    try {
      terminal.type(`${process.execPath} ${join(REPOSITORY, 'bin/ordersctl.js')} top --interval 1s`);
      await terminal.until('the dashboard', (lines) => lines.some((line) => line.includes('q quit')));
      const end = Date.now() + MINUTES * 60_000;
      let next = Date.now();
      await waitFor(
        async () => {
          if (Date.now() < next) return false;
          next += WRITE_MS;
          await letReplicasCount(space);
          return Date.now() >= end;
        },
        { timeoutMs: (MINUTES + 1) * 60_000, intervalMs: 100, what: 'the time to pass' },
      );
      for (const [name, report] of Object.entries(reports)) {
        const heap = readFileSync(report, 'utf8').trimEnd().split('\n').map(Number);
        const settled = heap.slice(Math.floor(heap.length * WARM_UP));
        const half = Math.floor(settled.length / 2);
        const [first, last] = [mean(settled.slice(0, half)), mean(settled.slice(half))];
        const seen = `${name}, MB after collections: ${heap.map((bytes) => (bytes / 1e6).toFixed(1)).join(' ')}`;
        expect(heap.length, name).toBeGreaterThan(MINUTES * 6);
        expect(last - first, seen).toBeLessThan(GROWTH_BYTES);
      }
      const lines = json.stdout().split('\n').slice(0, -1);
      expect(lines.length).toBeGreaterThan(MINUTES * 60 * 0.9);
      const newest = JSON.parse(lines.at(-1) ?? '') as TopSnapshot;
      expect(newest.rates?.accepted).toBeGreaterThan(0);
      expect(newest.sources.postgres.state).toBe('answered');
    } finally {
      await json.stop('SIGINT');
      terminal.press('q');
      terminal.close();
      await space.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

/** Two seconds of two replicas. */
async function letReplicasCount(space: Space): Promise<void> {
  const now = Math.floor(Date.now() / 1_000);
  await insertRoleStats(
    space.pool,
    ['a', 'b'].flatMap((replica) =>
      [now - 2, now - 1].map((second) => ({
        ...{ role: 'serve' as const, replica, productId: 'tee', second: new Date(second * 1_000) },
        ...{ counts: { accepted: 20, SOLD_OUT: 7 }, latency: { accept: { 8: 15, 22: 5 } } },
      })),
    ),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
