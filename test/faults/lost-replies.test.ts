import { afterAll, beforeAll, describe, it } from 'vitest';
import { createLossyShop, type LossyShop } from './lossy-shop.js';

/** `test/long/lost-replies.test.ts` goes on with other moments. */
const ROUNDS = 5;

describe('a reply that is lost in mid-sale', { timeout: 60_000 }, () => {
  let shop: LossyShop;
  beforeAll(async () => {
    shop = await createLossyShop('lost-replies');
  });
  afterAll(() => shop.close());

  it.each(['redis', 'postgres'] as const)(
    'by %s costs no unit and makes no second order, at whatever moment',
    async (store) => {
      for (let round = 0; round < ROUNDS; round += 1) await shop.loseOneReply(store, round);
    },
  );
});
