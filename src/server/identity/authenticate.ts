/** Who sends a request: the `sub` of a verified token, or the header that a trusted gateway sets. */
import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../../core/errors.js';
import { requireSettings } from '../../core/config/require-settings.js';
import type { Config } from '../../core/config/schema.js';
import { checkClaims } from './token-claims.js';
import { createTokenCache } from './token-cache.js';
import { isUserId } from './user-id.js';
import { createHs256Key, verifyHs256 } from './verify-hs256.js';

/** About 500 bytes each. */
const CACHED_TOKENS = 20_000;
const CACHED_TOKEN_AGE_MS = 300_000;

export interface Authenticate {
  /**
   * @returns the user id, at once when that is known without waiting
   * @throws AppError UNAUTHENTICATED; it does not say which rule was broken
   */
  (headers: IncomingHttpHeaders): string | Promise<string>;
}

/** @throws AppError CONFIG_INVALID when tokens are to be verified and there is no secret; there is no default one */
export function createAuthenticate(config: Config): Authenticate {
  if (config.auth === 'header') return createHeaderAuthenticate(config.authHeader.toLowerCase());
  const { jwtSecret, jwtIssuer, jwtAudience } = requireSettings(config, ['jwtSecret']);
  const key = createHs256Key(jwtSecret);
  const rules = { issuer: jwtIssuer, audience: jwtAudience };
  const cache = createTokenCache({ maxEntries: CACHED_TOKENS, maxAgeMs: CACHED_TOKEN_AGE_MS });
  return (headers) => {
    const token = bearerToken(headers.authorization);
    if (token === undefined) throw unauthenticated('Send a token: Authorization: Bearer <token>.');
    const now = Date.now();
    const known = cache.get(token, now);
    if (known !== undefined) return known;
    const identity = checkClaims(verifyHs256(token, key), rules, now);
    if (!identity) throw unauthenticated('The token is not valid or no longer valid.');
    cache.put(token, identity, now);
    return identity.userId;
  };
}

function createHeaderAuthenticate(header: string): Authenticate {
  return (headers) => {
    const raw = headers[header];
    // Node reads headers as Latin-1; gateways write them as UTF-8.
    const value = typeof raw === 'string' ? Buffer.from(raw, 'latin1').toString('utf8').trim() : undefined;
    if (!isUserId(value)) throw unauthenticated('The gateway did not say who you are.');
    return value;
  };
}

function bearerToken(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.slice(0, 7).toLowerCase() !== 'bearer ') return undefined;
  return authorization.slice(7).trim();
}

function unauthenticated(detail: string): AppError {
  return new AppError('UNAUTHENTICATED', detail);
}
