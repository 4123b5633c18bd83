/**
 * Signs and verifies what the shop and its payment provider tell each other, both ways alike: HMAC-SHA256 over id, time
 * and raw body, in the headers of standardwebhooks.com, for which providers have libraries.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SigningKeys } from './signing-secrets.js';

/** How far the time of a message may be from this machine's, both ways: what was overheard is worthless afterwards. */
export const REPLAY_WINDOW_SECONDS = 300;
/** A sender that changes its secret signs with both. */
const MAX_SIGNATURES = 10;

export const SIGNATURE_HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
export type SignatureHeaders = Readonly<Record<(typeof SIGNATURE_HEADERS)[number], string>>;

/** No dot, which separates the parts of what is signed. */
const MESSAGE_ID = /^[A-Za-z0-9_:-]{1,100}$/;
const TIMESTAMP = /^\d{1,12}$/;

/** @param nowMs epoch. @throws RangeError for an id that could not be verified */
export function signMessage(
  message: { readonly id: string; readonly body: string; readonly nowMs: number },
  keys: SigningKeys,
): SignatureHeaders {
  if (!MESSAGE_ID.test(message.id)) throw new RangeError('not the id of a message');
  const timestamp = String(Math.floor(message.nowMs / 1_000));
  const signature = digest(keys[0], message.id, timestamp, Buffer.from(message.body, 'utf8'));
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature.toString('base64')}`,
  };
}

/**
 * `forged`: no key of ours has signed these very bytes under this id and time. `stale`: one has, but at another time.
 * @param body as it came, before anything parsed it
 */
export function verifyMessage(
  message: {
    readonly headers: Readonly<Partial<SignatureHeaders>>;
    readonly body: Buffer;
    readonly nowMs: number;
  },
  keys: SigningKeys,
): 'valid' | 'stale' | 'forged' {
  const {
    'webhook-id': id = '',
    'webhook-timestamp': timestamp = '',
    'webhook-signature': signatures = '',
  } = message.headers;
  if (!MESSAGE_ID.test(id) || !TIMESTAMP.test(timestamp)) return 'forged';
  const given = signatures.split(' ', MAX_SIGNATURES).flatMap(decodeSignature);
  const isOurs = keys.some((key) => {
    const expected = digest(key, id, timestamp, message.body);
    return given.some((one) => one.length === expected.length && timingSafeEqual(one, expected));
  });
  if (!isOurs) return 'forged';
  const ageSeconds = Math.abs(message.nowMs / 1_000 - Number(timestamp));
  return ageSeconds > REPLAY_WINDOW_SECONDS ? 'stale' : 'valid';
}

function digest(key: Buffer, id: string, timestamp: string, body: Buffer): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}

/** Schemes of other versions are no signature of ours. */
function decodeSignature(text: string): Buffer[] {
  return text.startsWith('v1,') ? [Buffer.from(text.slice(3), 'base64')] : [];
}
