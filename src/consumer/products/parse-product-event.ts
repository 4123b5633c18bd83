/** Reads one message of `product.events`: what is in it, or why it cannot be used. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ProductEvent } from '../../core/catalog/product-event.js';
import { productIdSchema } from '../../core/catalog/product-id.js';
import { parseMessage, type ParsedMessage } from '../parse-message.js';
import { exactNumber } from './exact-number.js';

const NAME_LENGTH = 200;
const PRICE_LENGTH = 40;
/** Nothing was sold here before; a date that a producer left empty is one of long ago. */
const EARLIEST = Date.UTC(2000, 0);

const occurredAt = z.iso
  .datetime({
    offset: true,
    error: 'occurredAt must be ISO 8601 with a time zone, such as 2026-11-27T08:00:00Z',
  })
  .transform((text) => new Date(text))
  .refine((at) => at.getTime() >= EARLIEST, { message: 'occurredAt lies before the year 2000' });
const name = z
  .string()
  .min(1)
  .max(NAME_LENGTH)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'name must not contain control characters');
const currency = z
  .string()
  .regex(/^[a-z]{3}$/i, 'currency must be an ISO 4217 code such as EUR')
  .toUpperCase();
const price = z.union([z.string().max(PRICE_LENGTH), z.number()], {
  error: 'price must be a decimal number or string such as 49.90 or "49.90 EUR"',
});
const common = { productId: productIdSchema, occurredAt, active: z.boolean().nullish() };
const priced = { ...common, name: name.nullish(), price, currency: currency.nullish() };

/** Unknown fields are dropped, so that a newer producer of the same major version is understood. */
const productEventSchema = z.discriminatedUnion('eventType', [
  z.object({ eventType: z.literal('CREATED'), ...priced }),
  z.object({ eventType: z.literal('PRICE_UPDATED'), ...priced }),
  // Whatever its name and price may be: they must not keep a sale open that is to be stopped.
  z.object({ eventType: z.literal('DEACTIVATED'), ...common }),
]);

export function parseProductEvent(value: Buffer | null): ParsedMessage<ProductEvent> {
  const parsed = parseMessage(value, productEventSchema);
  if (parsed.kind !== 'event') return parsed;
  return { kind: 'event', event: toProductEvent(parsed.event, value?.toString('utf8') ?? '') };
}

function toProductEvent(event: z.output<typeof productEventSchema>, json: string): ProductEvent {
  const known = {
    productId: event.productId,
    eventType: event.eventType,
    occurredAt: event.occurredAt,
    active: event.active ?? undefined,
    ...(event.eventType === 'DEACTIVATED'
      ? { name: undefined, price: undefined }
      : {
          name: event.name ?? undefined,
          price: {
            text: typeof event.price === 'string' ? event.price : exactNumber(json, 'price'),
            currency: event.currency ?? undefined,
          },
        }),
  };
  const digest = createHash('sha256').update(JSON.stringify(known)).digest('hex').slice(0, 32);
  return { ...known, digest };
}
