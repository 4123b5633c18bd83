/** The id that ties an answer to the logs: the caller's W3C trace id, or a new one. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;

/** @returns 32 hex digits */
export function traceIdOf(request: IncomingMessage): string {
  const header = request.headers['traceparent'];
  const match = typeof header === 'string' ? TRACEPARENT.exec(header) : null;
  // Node makes these many at a time: sixteen bytes asked for one by one were a tenth of a refusal.
  return match?.[1] ?? randomUUID().replaceAll('-', '');
}
