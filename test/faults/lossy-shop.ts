/** Two replicas of serve, one of which loses a reply of its stores now and then, and buyers who do not give up. */
import { expect } from 'vitest';
import { keyedReservationId } from '../../src/server/accept/reservation-id.js';
import { startServe, type Answer, type ServeSpace } from '../server/serve-space.js';
import { seededRandom } from '../support/seeded-random.js';
import { createSpace } from '../support/space.js';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

export type LossyStore = 'redis' | 'postgres';

export interface LossyShop {
  /**
   * One small sale in which exactly one reply of the store is lost: to the script that holds units, or to the call that
   * commits a batch. Asserts that it was, and that every unit taken belongs to the one order of a buyer (I2, I5, I8).
   * @param seed chooses the moment; a failing round comes back with it
   */
  loseOneReply(store: LossyStore, seed: number): Promise<void>;
  close(): Promise<void>;
}

const BUYERS = 16;
const UNITS = 14;

export async function createLossyShop(name: string): Promise<LossyShop> {
  const space = await createSpace(name);
  await space.topics();
  const redis = await createProxyTo(space.config().redisUrl);
  const postgres = await createProxyTo(space.databaseUrl);
  const lossy = await startServe(space, { redisUrl: redis.url, databaseUrl: postgres.url });
  const replicas = [lossy, await startServe(space)] as const;

  return {
    async loseOneReply(store, seed) {
      const random = seededRandom(seed);
      const productId = await lossy.product(UNITS);
      const buyers = Array.from({ length: BUYERS }, (_, n) => ({
        userId: `buyer-${n}`,
        key: `key-${store}-${seed}`,
        quantity: 1 + random.below(2),
        /** Where it asks first; it goes to the other replica when it is told to come again. */
        replica: n % 2,
      }));
      const { proxy } = store === 'redis' ? redis : postgres;
      const before = proxy.fired;
      const victim = random.pick(buyers.filter((buyer) => buyer.replica === 0));
      const loseOne = () =>
        proxy.loseReplyTo(
          store === 'redis' ? keyedReservationId(space.prefix, victim.userId, victim.key) : 'accept_orders',
        );

      const turn = random.below(BUYERS / 2);
      if (store === 'redis') loseOne();
      let answered = 0;
      const answers = await Promise.all(
        random.shuffled(buyers).map(async (buyer, n) => {
          // In a few waves, so that a batch is in flight while others come.
          for (let ticks = n % 4; ticks > 0; ticks -= 1) await new Promise(setImmediate);
          if (store === 'postgres' && n === turn) loseOne();
          const answer = await buyUntilAnswered(replicas, productId, buyer);
          answered += 1;
          return { buyer, answer };
        }),
      );
      expect(answered).toBe(BUYERS);

      const accepted = answers.filter(({ answer }) => answer.status === 202);
      const again = await Promise.all(
        accepted.map(({ buyer }) =>
          buyUntilAnswered(replicas, productId, { ...buyer, replica: random.below(2) }),
        ),
      );
      expect(proxy.fired - before, `replies of ${store} lost in round ${seed}`).toBe(1);
      const ids = accepted.map(({ answer }) => answer.body.orderId);
      expect(new Set(ids).size).toBe(accepted.length);
      expect(again.map((answer) => [answer.status, answer.body.orderId])).toEqual(ids.map((id) => [202, id]));
      const taken = accepted.reduce((units, { buyer }) => units + buyer.quantity, 0);
      expect(taken).toBeGreaterThanOrEqual(UNITS - 1);
      expect(await lossy.figures(productId), `round ${seed}`).toEqual({
        claimed: taken,
        orders: accepted.length,
        available: UNITS - taken,
        holds: accepted.length,
        heldUnits: taken,
      });
    },
    async close() {
      for (const replica of replicas) await replica.stop();
      await redis.proxy.close();
      await postgres.proxy.close();
      await space.close();
    },
  };
}

async function createProxyTo(address: string): Promise<{ proxy: TcpProxy; url: string }> {
  const url = new URL(address);
  const proxy = await createTcpProxy({ host: url.hostname, port: Number(url.port) });
  url.port = String(proxy.port);
  return { proxy, url: url.href };
}

/** The same key again, at the other replica, as long as there is no answer. */
async function buyUntilAnswered(
  replicas: readonly [ServeSpace, ServeSpace],
  productId: string,
  buyer: { userId: string; key: string; quantity: number; replica: number },
): Promise<Answer> {
  let { replica } = buyer;
  const { userId, key, quantity } = buyer;
  const answer = await waitFor(
    async () => {
      const found = await replicas[replica % 2 === 0 ? 0 : 1].order(productId, quantity, { userId, key });
      replica += 1;
      return found.status !== 503 && found;
    },
    { what: `an answer to ${userId}` },
  );
  if (answer.status !== 202) expect(`${answer.status} ${answer.body.code}`).toBe('409 SOLD_OUT');
  return answer;
}
