import { describe, expect, it } from 'vitest';
import type { Release } from '../../../src/core/redis/release.js';
import type { Reserve, ReserveResult } from '../../../src/core/redis/reserve.js';
import { createSoldOutFlags } from '../../../src/server/accept/sold-out-flags.js';
import { waitFor } from '../../support/wait-for.js';

const HOUR = 3_600_000;
const release: Release = () => Promise.resolve('released');
const hold = (productId: string) => ({ productId, reservationId: 'r', generation: 0 });

function open(options: Parameters<typeof createSoldOutFlags>[0] = {}) {
  const flags = createSoldOutFlags({ raisedMs: HOUR, ...options });
  const refuse: Reserve = () => Promise.resolve({ kind: 'sold-out' });
  const ask = (productId: string, quantity = 1, reserve: Reserve = refuse) =>
    flags.raisedBy(reserve)({ reservationId: 'r', productId, userId: 'ada', quantity, bodyHash: 'b' });
  return { flags, ask };
}

describe('the sold-out flag', () => {
  it('is raised by a refusal, for as many units and more', async () => {
    const { flags, ask } = open();
    expect(flags.isSoldOut('tee', 1)).toBe(false);
    await ask('tee', 3);
    expect([1, 2, 3, 4].map((quantity) => flags.isSoldOut('tee', quantity))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    await ask('tee', 1);
    await ask('tee', 3);
    expect(flags.isSoldOut('tee', 1)).toBe(true);
    expect(flags.isSoldOut('cap', 1)).toBe(false);
  });

  it.each<ReserveResult>([{ kind: 'not-loaded' }, { kind: 'paused' }, { kind: 'customer-limit', max: 1 }])(
    'is not raised by $kind',
    async (result) => {
      const { flags, ask } = open();
      await ask('tee', 1, () => Promise.resolve(result));
      expect(flags.isSoldOut('tee', 1)).toBe(false);
    },
  );

  it('is lowered at once by a release, and stays down for a refusal that may be older', async () => {
    const { flags, ask } = open();
    await ask('tee');
    await flags.loweredBy(release)(hold('tee'));
    expect(flags.isSoldOut('tee', 1)).toBe(false);

    let answer: (result: ReserveResult) => void = () => undefined;
    const asked = ask('tee', 1, () => new Promise((resolve) => (answer = resolve)));
    await flags.loweredBy(release)(hold('tee'));
    answer({ kind: 'sold-out' });
    await asked;
    expect(flags.isSoldOut('tee', 1)).toBe(false);
  });

  it('is lowered also when nobody knows whether the release was done', async () => {
    const { flags, ask } = open();
    await ask('tee');
    await expect(flags.loweredBy(() => Promise.reject(new Error('no reply')))(hold('tee'))).rejects.toThrow(
      'no reply',
    );
    expect(flags.isSoldOut('tee', 1)).toBe(false);
  });

  it('falls by itself, and is not held up by refusals of more', async () => {
    const { flags, ask } = open({ raisedMs: 50 });
    await ask('tee', 1);
    await waitFor(
      async () => {
        await ask('tee', 5);
        return !flags.isSoldOut('tee', 1);
      },
      { what: 'the flag to fall', intervalMs: 5 },
    );
    expect(flags.isSoldOut('tee', 5)).toBe(true);
  });

  it('is kept for so many products only, the latest', async () => {
    const { flags, ask } = open({ maxProducts: 3 });
    for (const productId of ['a', 'b', 'c', 'a', 'd']) await ask(productId);
    expect(['a', 'b', 'c', 'd'].filter((productId) => flags.isSoldOut(productId, 1))).toEqual([
      'a',
      'c',
      'd',
    ]);
  });
});
