/** Checks the signature of a token against the identity provider's public keys. */
import { compactVerify, errors } from 'jose';
import { AppError } from '../../core/errors.js';
import { MAX_TOKEN_LENGTH } from './bearer-token.js';
import { JWKS_ALGORITHMS } from './fetch-jwks.js';
import type { JwksKeys } from './jwks-keys.js';

/** First-seen tokens in hand at once: they wait for a thread, or for the provider. The queue of orders has as many. */
const MAX_VERIFYING = 5_000;

export interface VerifyJwks {
  /**
   * @returns the claims as they were signed, still unchecked; undefined when the token is not one of the provider's
   * @throws AppError UNAVAILABLE when its key is unknown and the provider does not answer, OVERLOADED
   */
  (token: string): Promise<unknown>;
}

export function createVerifyJwks(keys: Pick<JwksKeys, 'find'>): VerifyJwks {
  const algorithms = [...JWKS_ALGORITHMS];
  let verifying = 0;

  async function verify(token: string): Promise<unknown> {
    try {
      const { payload } = await compactVerify(
        token,
        async (header) => {
          const key = header.crit === undefined ? await keys.find(header) : undefined;
          if (!key) throw new errors.JWKSNoMatchingKey();
          return key;
        },
        { algorithms },
      );
      return JSON.parse(Buffer.from(payload).toString('utf8'));
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  return async (token) => {
    if (token.length > MAX_TOKEN_LENGTH) return undefined;
    if (verifying >= MAX_VERIFYING) throw new AppError('OVERLOADED', 'too many new tokens at once');
    verifying += 1;
    try {
      return await verify(token);
    } finally {
      verifying -= 1;
    }
  };
}
