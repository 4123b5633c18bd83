/** From a request that anybody may send to an event that only the payment provider can have sent. */
import type { IncomingMessage } from 'node:http';
import { refuse } from '../../core/refusal.js';
import { SIGNATURE_HEADERS, verifyMessage, type SignatureHeaders } from '../../core/payments/signature.js';
import type { SigningKeys } from '../../core/payments/signing-secrets.js';
import { assertJson, parseJsonBody } from '../http/json-body.js';
import { readBody } from '../http/read-body.js';
import { singleHeader } from '../identity/single-header.js';
import { paymentEventSchema, type PaymentEvent } from './payment-event.js';

/** Far above the largest valid event. */
export const MAX_CALLBACK_BYTES = 16_384;

export interface Callback {
  /** `webhook-id`: names the event. */
  readonly id: string;
  readonly event: PaymentEvent;
}

/**
 * Nothing in the body is looked at before its signature was found right.
 * @throws AppError BODY_TOO_LARGE, UNAUTHENTICATED, UNSUPPORTED_MEDIA_TYPE, INPUT_INVALID
 * @throws CallerGone
 */
export async function readCallback(
  request: IncomingMessage,
  keys: SigningKeys,
  nowMs = Date.now(),
): Promise<Callback> {
  const headers: Partial<Record<keyof SignatureHeaders, string>> = {};
  for (const name of SIGNATURE_HEADERS) {
    const value = singleHeader(request, name);
    if (value !== undefined) headers[name] = value;
  }
  const body = await readBody(request, MAX_CALLBACK_BYTES);
  const verdict = verifyMessage({ headers, body, nowMs }, keys);
  if (verdict === 'forged') throw refuse('UNAUTHENTICATED', 'The signature is not valid.');
  if (verdict === 'stale') {
    throw refuse(
      'UNAUTHENTICATED',
      'The time of the signature is too far away: sign again, with the time of now.',
    );
  }
  assertJson(request.headers['content-type']);
  return { id: headers['webhook-id'] as string, event: parseJsonBody(paymentEventSchema, body) };
}
