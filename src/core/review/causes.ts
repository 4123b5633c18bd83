/** Why an order waits for a person, told from the sentence that was written, and what that person can decide. */

/**
 * `retry-refund`: the gateway is asked anew, under a new key. `refunded-by-hand`: the money went back another way. `retry`: its
 * sweep takes it up again. `cancel`: it ends, and what was paid goes back. `keep`: nothing is left to do.
 */
export const RESOLUTIONS = ['retry-refund', 'refunded-by-hand', 'retry', 'cancel', 'keep'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

interface CauseMeaning {
  /** SQL LIKE pattern of the sentence; rows that an older binary wrote are told by it, too. */
  readonly like: string;
  readonly resolutions: readonly Resolution[];
  /** A sweep flags the order again at once while it has not ended: keeping it would decide nothing. */
  readonly sweptAgain: boolean;
}

export const CAUSES = {
  /** The gateway will not give money back (sweep of refunds). */
  REFUND_REFUSED: {
    like: '% refuses to give payment % back (%',
    resolutions: ['retry-refund', 'refunded-by-hand'],
    sweptAgain: false,
  },
  /** Its saga ends again and again (sweep of lost sagas). */
  SAGA_FAILS: {
    like: 'its saga has failed or was ended % times%',
    resolutions: ['retry', 'cancel', 'keep'],
    sweptAgain: true,
  },
  /** It was handed over again and again and never begun (sweep of unstarted orders). */
  NEVER_BEGUN: {
    like: 'was handed to Kafka % times%',
    resolutions: ['retry', 'cancel', 'keep'],
    sweptAgain: true,
  },
  /** A capture was reported for it that belongs to another order. */
  FOREIGN_PAYMENT: { like: 'payment % belongs to order %', resolutions: ['keep'], sweptAgain: false },
  /** The provider gave back another amount than it had taken. */
  REFUND_AMOUNT: {
    like: '%: the provider gave back another amount%',
    resolutions: ['refunded-by-hand', 'keep'],
    sweptAgain: false,
  },
  /** The provider gave money back that nobody had asked for. */
  UNASKED_REFUND: {
    like: '%: the provider gave the money back without being asked%',
    resolutions: ['keep'],
    sweptAgain: false,
  },
  /** A sentence that this binary does not know. */
  OTHER: { like: '%', resolutions: ['keep'], sweptAgain: false },
} as const satisfies Record<string, CauseMeaning>;

export type ReviewCause = keyof typeof CAUSES;
export const REVIEW_CAUSES = Object.keys(CAUSES) as ReviewCause[];

/** @param hasRefusals a refund of it was refused, whatever else is noted on the order */
export function resolutionsOf(cause: ReviewCause, hasRefusals: boolean): readonly Resolution[] {
  const { resolutions }: CauseMeaning = CAUSES[cause];
  // The provider has given it back after all, and said so.
  if (cause === 'REFUND_REFUSED' && !hasRefusals) return ['keep'];
  return hasRefusals ? [...new Set([...CAUSES.REFUND_REFUSED.resolutions, ...resolutions])] : resolutions;
}
