import { renderToString } from 'ink';
import { describe, expect, it } from 'vitest';
import { Screen } from '../../../../src/cli/top/views/screen.js';
import type { TopState } from '../../../../src/cli/top/state/model.js';
import { after, answered, NOW, postgresSample, saleInProgress } from '../sale-in-progress.js';

function draw(state: TopState): string[] {
  return renderToString(<Screen state={state} where="db.example:5432/orders" />, {
    columns: state.view.columns,
  }).split('\n');
}

describe('the screen', () => {
  it.each([
    [80, 24],
    [90, 30],
    [119, 35],
    [160, 50],
    [60, 20],
    [40, 10],
  ])('fills %i columns exactly and all but one of %i rows', (columns, rows) => {
    const lines = draw(saleInProgress({ columns, rows }));
    expect(lines).toHaveLength(rows - 1);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    if (columns >= 80) expect(lines[1]).toHaveLength(columns);
  });

  it('shows rates, queues, stock and freshness at 80x24', () => {
    expect(draw(saleInProgress()).slice(0, 12)).toEqual([
      ' ordersctl top  db.example:5432/orders  every 2s  live                13:02:11Z',
      '┌─ Intake ──────────────────────┐┌─ Pipeline ──────────────────────────────────┐',
      '│ accepted/s    295 ▇▇▇▇▇▇█████ ││ outbox       37 published/s    885 ▇▇▇█████ │',
      '│ refused/s   1 180 ▇▇▇▇▇▇█████ ││ lag       1 204 started/s      236 ▇▇▇█████ │',
      '│ 503/s           0 ▁▁▁▁▁▁▁▁▁▁▁ ││ backlog     913 confirmed/s    236 ▇▇▇█████ │',
      '│ p50   5ms p95  22ms p99  90ms ││ oldest    400ms failed/s         0 ▁▁▁▁▁▁▁▁ │',
      '│ SOLD_OUT 1 180                ││ bottleneck: none                            │',
      '└───────────────────────────────┘└─────────────────────────────────────────────┘',
      '┌─ Stock (2) ──────────────────────────────────────────────────────────────────┐',
      '│ PRODUCT                     SEEDED   AVAIL   HELD    SOLD   REDIS CONSERVED  │',
      '│ cap-blk                      1 000       2     61     937       2 ok         │',
      '│ tee-red-m                    5 000   1 204    388   3 408   1 204 ok         │',
    ]);
  });

  it('keeps every column where it is while figures change', () => {
    const edges = (state: TopState) =>
      draw(state).map((line) => [...line].flatMap((char, at) => ('│┌┐└┘'.includes(char) ? [at] : [])));
    const small = postgresSample({ seconds: [], outbox: { depth: 0, oldestAgeMs: null } });
    const large = postgresSample({ outbox: { depth: 123_456_789, oldestAgeMs: 86_400_000 } });
    const stuck = postgresSample({ stuck: { count: 7, capped: false, oldestAgeMs: 61_000 } });
    for (const sample of [small, large, stuck]) {
      expect(edges(after(saleInProgress(), answered(sample)))).toEqual(edges(saleInProgress()));
    }
  });

  it('says in words what is wrong, never by colour alone', () => {
    const state = after(
      saleInProgress(),
      answered(
        postgresSample({ stock: [{ productId: 'cap-blk', seeded: 10, claimed: 5, held: 3, sold: 4 }] }),
      ),
      {
        type: 'failed',
        at: NOW + 3_000,
        source: 'temporal',
        failure: { code: 'UNAVAILABLE', message: 'Temporal does not answer' },
      },
      { type: 'togglePause' },
    );
    const text = draw(state).join('\n');
    expect(text).toContain('BROKEN -2');
    expect(text).toContain('temporal 3s AWAY');
    expect(text).toContain('PAUSED');
  });

  it('says how many products there is no room for', () => {
    const stock = Array.from({ length: 20 }, (_, n) => ({
      productId: `p-${n}`,
      seeded: 1,
      claimed: 0,
      held: 0,
      sold: 0,
    }));
    expect(draw(after(saleInProgress(), answered(postgresSample({ stock })))).join('\n')).toContain(
      'and 15 more',
    );
  });

  it('draws nothing beyond ASCII in ASCII mode, help included', () => {
    const [longCode, longName] = ['C'.repeat(80), 'p'.repeat(64)];
    const seconds = [
      { second: NOW / 1_000 - 2, counts: { SOLD_OUT: 1, CUSTOMER_LIMIT: 1, QUANTITY_LIMIT: 1 }, latency: {} },
    ];
    const crowded = postgresSample({
      seconds,
      stock: [{ productId: longName, seeded: 1, claimed: 1, held: 0, sold: 0 }],
      stuck: { count: 500, capped: true, oldestAgeMs: 1 },
    });
    for (const view of [{ helpOpen: false }, { helpOpen: true }, { columns: 50 }]) {
      const state = after(saleInProgress({ graph: 'ascii', ...view }), answered(crowded), {
        type: 'failed',
        at: NOW,
        source: 'kafka',
        failure: { code: 'UNAVAILABLE', message: longCode },
      });
      expect(draw(state).join('\n')).toMatch(/^[\n\x20-\x7e]*$/);
    }
  });

  it('names its size and what is wrong first when it is too small for tiles', () => {
    const state = after(
      saleInProgress({ columns: 60, rows: 12 }),
      answered(postgresSample({ stuck: { count: 2, capped: false, oldestAgeMs: 70_000 } })),
    );
    expect(draw(state).slice(0, 2)).toEqual([
      '60x12 is small, 80x24 shows all. q quits.',
      '! ordersctl replay --older-than 60s --dry-run',
    ]);
  });
});
