import { readFileSync } from 'node:fs';
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
const SAMPLE_MS = 2_000;
/** The heap grows to its working size in this share of the time. */
const WARM_UP = 0.3;
/** Of resident memory, which no collection of garbage can be asked to settle from outside. */
const GROWTH = 1.15;

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
    const terminal = openTerminal(120, 40, space.environment);
    const json = startBinary(['top', '--json', '--interval', '1s'], { env: space.environment });
    try {
      terminal.type(`${process.execPath} ${join(REPOSITORY, 'bin/ordersctl.js')} top --interval 1s`);
      await terminal.until('the dashboard', (lines) => lines.some((line) => line.includes('q quit')));
      const pids = { terminal: terminal.foreground(), json: json.pid };
      const memory: Record<keyof typeof pids, number[]> = { terminal: [], json: [] };
      const end = Date.now() + MINUTES * 60_000;
      let next = Date.now();
      await waitFor(
        async () => {
          if (Date.now() < next) return false;
          next += SAMPLE_MS;
          await letReplicasCount(space);
          for (const name of ['terminal', 'json'] as const) memory[name].push(residentMegabytes(pids[name]));
          return Date.now() >= end;
        },
        { timeoutMs: (MINUTES + 1) * 60_000, intervalMs: 100, what: 'the time to pass' },
      );
      for (const [name, samples] of Object.entries(memory)) {
        const tenth = Math.ceil(samples.length / 10);
        const from = Math.floor(samples.length * WARM_UP);
        const [settled, last] = [mean(samples.slice(from, from + tenth)), mean(samples.slice(-tenth))];
        const seen = `${name}: ${settled.toFixed(0)} MB, at the end ${last.toFixed(0)} MB`;
        expect(last, seen).toBeLessThan(settled * GROWTH);
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

function residentMegabytes(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return (pages * 4_096) / 1e6;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
