/** Requests before the doors open: a process that has just started would be measured while it compiles itself. */
import type { ApiClient } from './http-client.js';

const ROUNDS = 100;
const WIDTH = 10;
/** Never seeded: nothing is reserved, and the answer is 404. */
const NO_PRODUCT = 'warm-up';

/** Leaves no order behind. Never rejects. */
export async function warmUp(client: ApiClient, caller: Readonly<Record<string, string>>): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all(
      Array.from({ length: WIDTH }, async () => {
        await client.send({
          method: 'POST',
          path: '/orders',
          caller,
          body: { productId: NO_PRODUCT, quantity: 1 },
        });
        await client.send({ method: 'GET', path: `/orders/${NO_PRODUCT}`, caller });
      }),
    );
  }
}
