/** Finds one dead letter and prints it whole. */
import { gatherLetters } from '../../core/dead-letters/gather-letters.js';
import { formatLetterId, parseLetterId } from '../../core/dead-letters/letter-id.js';
import { toLetterJson } from '../../core/dead-letters/letter-json.js';
import { AppError } from '../../core/errors.js';
import { requireSettings } from '../../core/config/require-settings.js';
import { createPartialAnswer, type PartialAnswer } from '../../core/partial-answer.js';
import { findOrder } from '../../core/postgres/find-order.js';
import { isUuid } from '../../core/postgres/is-uuid.js';
import type { CliContext } from '../context.js';
import { withStores, type Stores } from '../with-stores.js';
import { createLetterSources } from './letter-sources.js';
import { renderLetter } from './render-letter.js';

/** @throws AppError USAGE, NOT_FOUND; UNAVAILABLE after printing what is known, when only Postgres was away */
export async function runShow(context: CliContext, text: string): Promise<void> {
  const position = parseLetterId(text);
  const config = requireSettings(await context.loadConfig(), ['kafkaBrokers', 'databaseUrl']);
  const answer = createPartialAnswer();
  const now = new Date();
  await withStores(context, config, async (stores) => {
    const scan = { filter: { ids: [position] }, handled: true, now };
    const { letters } = await gatherLetters(createLetterSources(config, stores, answer), scan, 1);
    const [letter] = letters;
    if (!letter)
      throw new AppError('NOT_FOUND', `no dead letter ${formatLetterId(position)}`, {
        hint: 'ordersctl dlq list shows those that there are; Kafka removes them after its retention time',
      });
    const orderStatus = await findStatus(stores, answer, letter.orderId);
    if (context.output.json) context.output.data({ ...toLetterJson(letter), orderStatus });
    else context.output.line(renderLetter(context.output, letter, orderStatus, now));
  });
  answer.assertComplete();
}

/** @returns the status of the order that the letter is about; null when there is none, or none can be looked up */
async function findStatus(
  stores: Stores,
  answer: PartialAnswer,
  orderId: string | null,
): Promise<string | null> {
  if (orderId === null || !isUuid(orderId)) return null;
  const order = await answer.ask('postgres', async () => findOrder(await stores.postgres(), orderId));
  return order?.status ?? null;
}
