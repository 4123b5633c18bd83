/** Who comes to a sale, when, and what they do: decided before it begins, by a seed, and worked out one by one. */
import { spreadArrivals } from './arrival-times.js';
import { createRandom, pickWeighted } from './random.js';

/** How a buyer with an Idempotency-Key repeats the request; each repeat must give the same order. */
export type Repeat = 'never' | 'double-click' | 'later';

/**
 * What a cheat tries, none of which may succeed: more units than a customer may have, by several keys; more than one
 * order may have; a key again with another body; a price of one's own; a token of one's own making; reading, paying or
 * cancelling somebody else's order.
 */
export const TRICKS = [
  'over-limit',
  'over-quantity',
  'other-body',
  'own-price',
  'forged-token',
  'foreign-read',
  'foreign-payment',
  'foreign-cancel',
] as const;
export type Trick = (typeof TRICKS)[number];

export type Habit =
  | { readonly kind: 'buys'; readonly repeat: Repeat }
  /** Hangs up so long after asking. Who `returns` asks again with the same key. */
  | { readonly kind: 'abandons'; readonly afterMs: number; readonly returns: boolean }
  /** Has to pay by hand: late but in time, or when it is too late. */
  | { readonly kind: 'pays-late'; readonly inTime: boolean }
  | { readonly kind: 'cheats'; readonly trick: Trick };

export interface Buyer {
  /** After the opening. */
  readonly atMs: number;
  readonly userId: string;
  readonly productId: string;
  readonly quantity: number;
  /** Null: every request of this buyer is a new order, so a lost answer cannot be asked for again. */
  readonly idempotencyKey: string | null;
  readonly habit: Habit;
}

export interface CrowdOptions {
  readonly seed: number;
  readonly buyers: number;
  /** Of them those who stood at the door: they come within `rushMs`. */
  readonly rush: number;
  readonly rushMs: number;
  readonly durationMs: number;
  /** Over which the others' rate rises to its full height. */
  readonly rampMs: number;
  /** In proportion to their weight. */
  readonly products: readonly { readonly productId: string; readonly weight: number }[];
  /** User ids and keys begin with it: the keys of another run must not be met. */
  readonly who: string;
  /** Before the user ids of those whose payment is to be declined; null: nobody's can be. */
  readonly declinedPrefix: string | null;
  /** Before the user ids of those who pay by hand; null: nobody can. */
  readonly latePrefix: string | null;
  /** From 0 to 1, of all buyers. */
  readonly shares: { readonly abandon: number; readonly late: number; readonly cheat: number };
  /** Whether half of those who pay by hand may come too late: it takes as long as there is time to pay. */
  readonly tooLate: boolean;
}

export interface Crowd {
  readonly size: number;
  /** Milliseconds after the opening. */
  atMs(number: number): number;
  /** @param number in the order of arrival, from 0. @returns the same for the same options */
  buyer(number: number): Buyer;
}

const DECLINED_SHARE = 0.08;
/** No honest buyer orders more at once. */
export const MOST_UNITS = 3;
const QUANTITIES = [
  [1, 80],
  [2, 15],
  [MOST_UNITS, 5],
] as const;
const HABITS: readonly (readonly [{ readonly key: boolean; readonly repeat: Repeat }, number])[] = [
  [{ key: true, repeat: 'never' }, 40],
  [{ key: true, repeat: 'double-click' }, 20],
  [{ key: true, repeat: 'later' }, 10],
  [{ key: false, repeat: 'never' }, 30],
];
/** From at once to about when an answer comes. */
const PATIENCE_MS = 40;
/** Of those who hang up. */
const RETURNING_SHARE = 0.5;
const IN_TIME_SHARE = 0.5;

export function planCrowd(options: CrowdOptions): Crowd {
  const times = spreadArrivals(options, createRandom(options.seed));
  const products = options.products.map(({ productId, weight }) => [productId, weight] as const);
  return {
    size: times.length,
    atMs: (number) => times[number] ?? 0,
    buyer(number) {
      // A generator of its own: whoever comes, the others stay who they are.
      const random = createRandom(options.seed ^ Math.imul(number + 1, 0x9e3779b9));
      const { habit, key } = chooseHabit(random, options);
      const name = `${options.who}${number + 1}`;
      return {
        atMs: times[number] ?? 0,
        userId: `${prefixOf(habit, random, options)}${name}`,
        productId: pickWeighted(random, products),
        quantity: habit.kind === 'cheats' ? 1 : pickWeighted(random, QUANTITIES),
        idempotencyKey: key ? `order-of-${name}` : null,
        habit,
      };
    },
  };
}

function chooseHabit(
  random: () => number,
  { shares, tooLate }: CrowdOptions,
): { habit: Habit; key: boolean } {
  const dice = random();
  if (dice < shares.cheat) {
    const trick = TRICKS[Math.floor(random() * TRICKS.length)] ?? 'own-price';
    return { habit: { kind: 'cheats', trick }, key: true };
  }
  if (dice < shares.cheat + shares.abandon) {
    const returns = random() < RETURNING_SHARE;
    return { habit: { kind: 'abandons', afterMs: random() * PATIENCE_MS, returns }, key: returns };
  }
  if (dice < shares.cheat + shares.abandon + shares.late) {
    return { habit: { kind: 'pays-late', inTime: !tooLate || random() < IN_TIME_SHARE }, key: true };
  }
  const { key, repeat } = pickWeighted(random, HABITS);
  return { habit: { kind: 'buys', repeat }, key };
}

/** Only who simply buys is declined: of the others another end is expected. */
function prefixOf(habit: Habit, random: () => number, options: CrowdOptions): string {
  if (habit.kind === 'pays-late') return options.latePrefix ?? '';
  if (habit.kind !== 'buys') return '';
  return random() < DECLINED_SHARE ? (options.declinedPrefix ?? '') : '';
}
