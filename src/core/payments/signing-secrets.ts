/** The secrets shared with the payment provider: several while one replaces another. */

export const MAX_SECRETS = 5;
const MIN_LENGTH = 32;
const MIN_KEY_BYTES = 24;
/** How Standard Webhooks marks a key that is written in base64. */
const BASE64_MARK = 'whsec_';

/** The first one signs, all of them verify. */
export type SigningKeys = readonly [Buffer, ...Buffer[]];

/**
 * @param text secrets by comma: base64 after `whsec_`, or plain text of 32 characters or more
 * @throws RangeError saying what is wrong, never the secret itself
 */
export function parseSigningSecrets(text: string): SigningKeys {
  const secrets = text.split(',').map((secret) => secret.trim());
  if (secrets.length > MAX_SECRETS) throw new RangeError(`must be at most ${MAX_SECRETS} secrets by comma`);
  const [first, ...others] = secrets.map(toKey);
  return [first as Buffer, ...others];
}

function toKey(secret: string): Buffer {
  if (secret.startsWith(BASE64_MARK)) {
    const encoded = secret.slice(BASE64_MARK.length);
    const key = Buffer.from(encoded, 'base64');
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded) || key.length < MIN_KEY_BYTES) {
      throw new RangeError(`after ${BASE64_MARK} must come base64 of ${MIN_KEY_BYTES} bytes or more`);
    }
    return key;
  }
  if (secret.length < MIN_LENGTH) throw new RangeError(`must be at least ${MIN_LENGTH} characters`);
  return Buffer.from(secret, 'utf8');
}
