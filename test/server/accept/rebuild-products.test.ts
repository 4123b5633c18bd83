import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RestoreOutcome } from '../../../src/core/catalog/restore-product.js';
import { AppError } from '../../../src/core/errors.js';
import { createSilentLog } from '../../../src/core/log.js';
import {
  createProductRebuilder,
  type ProductRebuilder,
} from '../../../src/server/accept/rebuild-products.js';
import { waitFor } from '../../support/wait-for.js';

describe('rebuilding products', () => {
  let rebuilder: ProductRebuilder;
  let asked: string[];
  let done: string[];
  let counted: string[];
  let idle: number;
  /** What the next calls for a product come to; `rebuilt` when nothing is said. */
  let outcomes: Map<string, (RestoreOutcome | AppError | Promise<RestoreOutcome>)[]>;
  beforeEach(() => {
    asked = [];
    done = [];
    counted = [];
    idle = 0;
    outcomes = new Map();
    rebuilder = createProductRebuilder({
      async restore(productId) {
        asked.push(productId);
        const outcome = (await outcomes.get(productId)?.shift()) ?? 'rebuilt';
        if (outcome instanceof AppError) throw outcome;
        return outcome;
      },
      onDone: (productId, outcome) => void done.push(`${productId} ${outcome}`),
      onIdle: () => void (idle += 1),
      stats: {
        count: (code, productId) => void counted.push(`${code} ${productId}`),
        observe: () => undefined,
      },
      log: createSilentLog(),
    });
  });
  afterEach(() => rebuilder.stop());

  const untilIdle = () => waitFor(() => rebuilder.pending() === 0, { what: 'all to be rebuilt' });

  it('takes a product once, however often it is asked for meanwhile', async () => {
    for (let times = 0; times < 100; times += 1) rebuilder.add('tee');
    await untilIdle();
    expect(asked).toEqual(['tee']);
    expect(done).toEqual(['tee rebuilt']);
    expect(counted).toEqual(['rebuilt tee']);
  });

  it('tries on until a product is back, and does the others meanwhile', async () => {
    const away = new AppError('UNAVAILABLE', 'Postgres is away');
    outcomes.set('tee', [away, away, 'busy']);
    for (const productId of ['tee', 'mug', 'cap']) rebuilder.add(productId);
    await untilIdle();
    expect(done).toEqual(['mug rebuilt', 'cap rebuilt', 'tee rebuilt']);
    expect(asked.filter((productId) => productId === 'tee')).toHaveLength(4);
  });

  it('works at two at once, and never at one product twice', async () => {
    let free: (outcome: RestoreOutcome) => void = () => undefined;
    const slow = new Promise<RestoreOutcome>((resolve) => (free = resolve));
    outcomes.set('tee', [slow]);
    outcomes.set('mug', [slow]);
    for (const productId of ['tee', 'mug', 'cap', 'tee']) rebuilder.add(productId);
    await Promise.resolve();
    expect(asked).toEqual(['tee', 'mug']);
    expect(rebuilder.pending()).toBe(3);
    free('in-step');
    await untilIdle();
    expect(asked).toEqual(['tee', 'mug', 'cap']);
    // In step means that another replica did it: not ours to count.
    expect(counted).toEqual(['rebuilt cap']);
    await waitFor(() => idle === 1, { what: 'the end to be told, once' });
  });

  it('looks again at a product that was just done, but not at once', async () => {
    rebuilder.add('tee');
    await untilIdle();
    rebuilder.add('tee');
    await Promise.resolve();
    expect(asked).toEqual(['tee']);
    expect(rebuilder.pending()).toBe(1);
    await untilIdle();
    expect(asked).toEqual(['tee', 'tee']);
  });

  it('ends with what is under way and begins nothing after it', async () => {
    let free: (outcome: RestoreOutcome) => void = () => undefined;
    outcomes.set('tee', [new Promise<RestoreOutcome>((resolve) => (free = resolve))]);
    rebuilder.add('tee');
    const stopped = rebuilder.stop();
    free('rebuilt');
    await stopped;
    expect(done).toEqual(['tee rebuilt']);
    rebuilder.add('mug');
    expect(asked).toEqual(['tee']);
  });
});
