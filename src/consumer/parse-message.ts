/** Reads the JSON of one message by its schema: what is in it, or why it cannot be used. */
import { z } from 'zod';
import { SCHEMA_VERSION } from '../core/kafka/events.js';

/** Written by a newer producer in a form this binary does not know: for a newer consumer, not for the dead letters. */
export interface NewerMessage {
  readonly kind: 'newer';
  readonly schemaVersion: number;
}

export type ParsedMessage<T> =
  | { readonly kind: 'event'; readonly event: T }
  | NewerMessage
  | { readonly kind: 'bad'; readonly reason: 'NOT_JSON' | 'INVALID'; readonly detail: string };

const versionSchema = z.object({ schemaVersion: z.int() });

export function parseMessage<T>(value: Buffer | null, schema: z.ZodType<T>): ParsedMessage<T> {
  let json: unknown;
  try {
    json = JSON.parse(value?.toString('utf8') ?? '');
  } catch (error) {
    return {
      kind: 'bad',
      reason: 'NOT_JSON',
      detail: error instanceof Error ? error.message : String(error),
    };
  }
  const version = versionSchema.safeParse(json);
  if (version.success && version.data.schemaVersion > SCHEMA_VERSION) {
    return { kind: 'newer', schemaVersion: version.data.schemaVersion };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { kind: 'event', event: parsed.data };
  return { kind: 'bad', reason: 'INVALID', detail: z.prettifyError(parsed.error).replaceAll('\n', ' ') };
}
