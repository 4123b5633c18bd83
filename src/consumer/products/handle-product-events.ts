/** One chunk of product events, from message to what the next buyer meets; what can never be applied goes aside. */
import { applyProductEvents } from '../../core/catalog/apply-product-events.js';
import type { CatalogDeps } from '../../core/catalog/catalog-deps.js';
import type { EventOutcome } from '../../core/catalog/plan-product-events.js';
import type { ProductEvent } from '../../core/catalog/product-event.js';
import type { ConsumedMessage, PartitionPosition } from '../../core/kafka/port.js';
import type { BadMessage } from '../dead-letter.js';
import { bury, type ChunkParts } from '../handle-chunk.js';
import type { NewerMessage, ParsedMessage } from '../parse-message.js';

export interface ProductParts extends Pick<ChunkParts, 'publisher' | 'stats' | 'log'> {
  readonly catalog: CatalogDeps;
  /** ISO 4217, for prices whose currency nothing else tells. */
  readonly defaultCurrency: string | undefined;
}

export interface ReadProductEvent {
  readonly message: ConsumedMessage;
  readonly parsed: Exclude<ParsedMessage<ProductEvent>, NewerMessage>;
}

/** What can never be applied is known at the first look. */
const FIRST = 1;

/**
 * Resolves when all of it is in Postgres and in Redis, or in the dead letters. Until then no offset of it may be
 * committed (I13): a deactivation that only Postgres knows stops no sale. Applied again it changes nothing.
 * @throws AppError UNAVAILABLE when Postgres, Redis or the dead letter topic does not answer
 */
export async function handleProductEvents(
  parts: ProductParts,
  from: PartitionPosition,
  chunk: readonly ReadProductEvent[],
): Promise<void> {
  const events = chunk.flatMap(({ parsed }) => (parsed.kind === 'event' ? [parsed.event] : []));
  const outcomes = await applyProductEvents(parts.catalog, events, parts);
  // Last, so that a chunk done again buries once.
  await bury(
    parts,
    from,
    chunk.flatMap((read) => badOf(read, outcomes)),
  );
  for (const [event, outcome] of outcomes) tell(parts, event, outcome);
}

function badOf(
  { message, parsed }: ReadProductEvent,
  outcomes: ReadonlyMap<ProductEvent, EventOutcome>,
): BadMessage[] {
  const letter = { message, attempts: FIRST };
  if (parsed.kind === 'bad') return [{ ...letter, reason: parsed.reason, detail: parsed.detail }];
  const outcome = outcomes.get(parsed.event);
  return outcome?.kind === 'refused' ? [{ ...letter, reason: 'INVALID', detail: outcome.detail }] : [];
}

function tell({ stats, log }: ProductParts, event: ProductEvent, outcome: EventOutcome): void {
  if (outcome.kind === 'refused') return;
  const { productId, eventType, price, active, occurredAt } = event;
  const facts = { productId, eventType, price: price?.text, active, occurredAt };
  stats.count(outcome.kind === 'applied' ? 'product_applied' : 'product_ignored');
  if (outcome.kind === 'applied') log.info(facts, 'product event applied');
  else log.debug({ ...facts, outcome: outcome.kind }, 'product event ignored');
}
