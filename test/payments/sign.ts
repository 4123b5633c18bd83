/** The signature of docs/payments.md as a provider would write it, on its own: nothing of the product is used. */
import { createHmac } from 'node:crypto';

export interface Signed {
  readonly id: string;
  /** Seconds since 1970; now unless given. */
  readonly timestamp?: number;
  readonly body: string;
}

/** @param secrets plain text; several sign side by side while one replaces another */
export function sign(message: Signed, ...secrets: readonly string[]): Record<string, string> {
  const timestamp = message.timestamp ?? Math.floor(Date.now() / 1_000);
  const content = `${message.id}.${timestamp}.${message.body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(content).digest('base64')}`,
  );
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
