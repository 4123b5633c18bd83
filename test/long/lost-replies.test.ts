import { afterAll, beforeAll, describe, it } from 'vitest';
import { createLossyShop, type LossyShop } from '../faults/lossy-shop.js';

const ROUNDS = 100;
/** Other moments than those of `test/faults/lost-replies.test.ts`. */
const FIRST_SEED = 1_000;

describe('a hundred replies that are lost one by one in mid-sale', () => {
  let shop: LossyShop;
  beforeAll(async () => {
    shop = await createLossyShop('lost-replies');
  });
  afterAll(() => shop.close());

  it.each(['redis', 'postgres'] as const)(
    'by %s cost no unit and make no second order, at whatever moment',
    async (store) => {
      for (let round = 0; round < ROUNDS; round += 1) await shop.loseOneReply(store, FIRST_SEED + round);
    },
  );
});
