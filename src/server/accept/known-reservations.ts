/** Whether a reservation was made before, asked for all requests of the same moment together. */

/** @throws AppError UNAVAILABLE when Redis does not answer */
export type IsKnown = (productId: string, reservationId: string) => Promise<boolean>;

export type FindKnown = (
  productId: string,
  reservationIds: readonly string[],
) => Promise<ReadonlySet<string>>;

/** One command stays small enough not to hold up Redis. */
const IDS_AT_ONCE = 200;

interface Question {
  readonly reservationIds: string[];
  readonly answer: Promise<ReadonlySet<string>>;
}

/**
 * A customer whose order was accepted must get it again by its key, also when the product has sold out since, and
 * from whichever process (I5): no process can know that by itself.
 */
export function createIsKnown(find: FindKnown): IsKnown {
  const open = new Map<string, Question>();

  function ask(productId: string): Question {
    const reservationIds: string[] = [];
    const answer = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      if (open.get(productId) === question) open.delete(productId);
      return find(productId, reservationIds);
    });
    const question = { reservationIds, answer };
    open.set(productId, question);
    return question;
  }

  return async (productId, reservationId) => {
    const waiting = open.get(productId);
    const question = waiting && waiting.reservationIds.length < IDS_AT_ONCE ? waiting : ask(productId);
    question.reservationIds.push(reservationId);
    return (await question.answer).has(reservationId);
  };
}
