/** Counts the dead letters of a sale. */
import type { ConfigWith } from '../../core/config/require-settings.js';
import type { FoundLetter } from '../../core/dead-letters/scan-letters.js';
import { scanLetters } from '../../core/dead-letters/scan-letters.js';
import { countByCode } from '../../core/report/order-figures.js';
import type { DeadLetterFigures } from '../../core/report/report.js';
import { createPartialAnswer } from '../../core/partial-answer.js';
import { createLetterSources } from '../dlq/letter-sources.js';
import type { Stores } from '../with-stores.js';

/** Whoever has more has another question than how many. */
const MOST = 10_000;

/**
 * @param productIds only letters that name one of these; all when left out
 * @throws AppError UNAVAILABLE when Kafka does not answer
 */
export async function countLetters(
  config: ConfigWith<'kafkaBrokers'>,
  stores: Stores,
  productIds: readonly string[] | undefined,
): Promise<DeadLetterFigures> {
  const sources = createLetterSources(config, stores, createPartialAnswer());
  const open: FoundLetter[] = [];
  let handled = 0;
  const filter = productIds ? { productIds } : {};
  await scanLetters(sources, { filter, handled: true, now: new Date() }, (letters) => {
    for (const letter of letters) {
      if (letter.state === 'replayed' || letter.state === 'dropped') handled += 1;
      else open.push(letter);
    }
    return open.length + handled < MOST ? 'go-on' : 'stop';
  });
  return {
    open: open.length,
    handled,
    byReason: countByCode(open.map(({ reason }) => ({ code: reason ?? 'UNKNOWN', count: 1 }))),
    capped: open.length + handled >= MOST,
  };
}
