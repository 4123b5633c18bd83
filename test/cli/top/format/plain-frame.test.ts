import { describe, expect, it } from 'vitest';
import { plainFrame } from '../../../../src/cli/top/format/plain-frame.js';
import { initialState } from '../../../../src/cli/top/state/model.js';
import { toSnapshot } from '../../../../src/cli/top/state/snapshot.js';
import { after, NOW, saleInProgress } from '../sale-in-progress.js';

describe('the plain frame', () => {
  it('tells the same as the screen, in lines for grep', () => {
    expect(plainFrame(toSnapshot(saleInProgress().data, NOW), { ascii: false })).toEqual([
      'at        2026-03-01T13:02:11.000Z',
      'sale      OPEN 00:12:41',
      'rates     accepted 295/s  refused 1 180/s  shed 0/s  published 885/s  started 236/s  confirmed 236/s  failed 0/s',
      'refusals  SOLD_OUT 1 180',
      'accept    p50 5ms  p95 22ms  p99 90ms',
      'pipeline  outbox 37 (oldest 400ms)  lag 1 204  backlog 913  stuck 0',
      'bottleneck: none',
      '',
      'PRODUCT    SEEDED   AVAIL   HELD    SOLD STUCK   REDIS    %  ETA-0 CONSERVED',
      'cap-blk     1 000       2     61     937     0       2  99%      - ok',
      'tee-red-m   5 000   1 204    388   3 408     0   1 204  75%      - ok',
      '',
      'attention nothing',
      'sources   postgres 0s · redis 0s · kafka 0s · temporal 0s',
    ]);
  });

  it('prints what is known and says which source did not answer', () => {
    const state = after(initialState(), {
      type: 'failed',
      at: NOW,
      source: 'redis',
      failure: { code: 'UNAVAILABLE', message: 'connection refused' },
    });
    const lines = plainFrame(toSnapshot(state.data, NOW), { ascii: true });
    expect(lines).toContain('! redis away for 0s: connection refused -> ordersctl config show --origin');
    expect(lines.at(-1)).toBe('sources   postgres waiting | redis - AWAY | kafka waiting | temporal waiting');
  });

  it('has nothing beyond ASCII when asked so', () => {
    const text = plainFrame(toSnapshot(saleInProgress().data, NOW), { ascii: true }).join('\n');
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
  });
});
