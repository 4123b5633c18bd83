/** Who comes to a sale, when, and what they do: decided before it begins, by a seed. */
import { createRandom, pickWeighted } from './random.js';

/** How a buyer with an Idempotency-Key repeats the request; each repeat must give the same order. */
export type Repeat = 'never' | 'double-click' | 'later';

export interface Buyer {
  /** After the opening. */
  readonly atMs: number;
  readonly userId: string;
  readonly productId: string;
  readonly quantity: number;
  /** Null: every request of this buyer is a new order, so a lost answer cannot be asked for again. */
  readonly idempotencyKey: string | null;
  readonly repeat: Repeat;
}

export interface PlanOptions {
  readonly seed: number;
  readonly buyers: number;
  /** Over which they arrive. */
  readonly durationMs: number;
  /** In proportion to their weight. */
  readonly products: readonly { readonly productId: string; readonly weight: number }[];
  /** User ids of those whose payment is to be declined begin with this. */
  readonly declinedPrefix: string;
}

/** The crowd at the door: this share comes within the first part of the sale. */
const RUSH = { share: 0.3, within: 0.12 } as const;
const DECLINED_SHARE = 0.08;
const QUANTITIES = [
  [1, 80],
  [2, 15],
  [3, 5],
] as const;
const HABITS: readonly (readonly [{ readonly key: boolean; readonly repeat: Repeat }, number])[] = [
  [{ key: true, repeat: 'never' }, 40],
  [{ key: true, repeat: 'double-click' }, 20],
  [{ key: true, repeat: 'later' }, 10],
  [{ key: false, repeat: 'never' }, 30],
];

/** @returns buyers in the order of their arrival; the same for the same options */
export function planBuyers(options: PlanOptions): Buyer[] {
  const random = createRandom(options.seed);
  const products = options.products.map(({ productId, weight }) => [productId, weight] as const);
  const buyers = Array.from({ length: options.buyers }, (_, number): Buyer => {
    const rushes = random() < RUSH.share;
    const habit = pickWeighted(random, HABITS);
    const prefix = random() < DECLINED_SHARE ? options.declinedPrefix : 'buyer-';
    return {
      atMs: Math.round(random() * options.durationMs * (rushes ? RUSH.within : 1)),
      userId: `${prefix}${number + 1}`,
      productId: pickWeighted(random, products),
      quantity: pickWeighted(random, QUANTITIES),
      idempotencyKey: habit.key ? `order-of-${number + 1}` : null,
      repeat: habit.repeat,
    };
  });
  return buyers.sort((a, b) => a.atMs - b.atMs);
}
