/** Who sends a request: the `sub` of a verified token, or the header that a trusted gateway sets. */
import { isUtf8 } from 'node:buffer';
import type { AppError } from '../../core/errors.js';
import { SETTINGS, type Config } from '../../core/config/schema.js';
import type { Log } from '../../core/log.js';
import { refuse } from '../../core/refusal.js';
import { bearerToken } from './bearer-token.js';
import { fetchJwks } from './fetch-jwks.js';
import { identityModeOf } from '../../core/config/identity-mode.js';
import { createJwksKeys } from './jwks-keys.js';
import { singleHeader, type RequestHeaders } from './single-header.js';
import { checkClaims } from './token-claims.js';
import { createTokenCache } from './token-cache.js';
import { isUserId } from './user-id.js';
import { createHs256Key, verifyHs256 } from './verify-hs256.js';
import { createVerifyJwks } from './verify-jwks.js';

const CACHED_TOKENS = 20_000;
/** About 16 MB; usual tokens are 300 to 900 characters. */
const CACHED_CHARACTERS = 16_000_000;
const CACHED_TOKEN_AGE_MS = 300_000;

export interface Authenticate {
  /**
   * @returns the user id, at once when that is known without waiting
   * @throws AppError UNAUTHENTICATED, which does not say which rule was broken; INPUT_INVALID for a header sent twice;
   * UNAVAILABLE or OVERLOADED when it could not be found out
   */
  (request: RequestHeaders): string | Promise<string>;
}

/** @throws AppError CONFIG_INVALID unless exactly one way to know callers is configured */
export function createAuthenticate(config: Config, log: Log): Authenticate {
  const mode = identityModeOf(config);
  switch (mode.kind) {
    case 'header':
      log.warn(
        { header: mode.header },
        'callers are whoever this header says: only the gateway may reach this port',
      );
      return createHeaderAuthenticate(mode.header);
    case 'secret': {
      const key = createHs256Key(mode.secret);
      return createTokenAuthenticate(config, (token) => verifyHs256(token, key));
    }
    case 'jwks': {
      const keys = createJwksKeys({ fetchKeys: () => fetchJwks(mode.url), log });
      void keys.refresh();
      if (config.jwtAudience === undefined) {
        log.warn(`${SETTINGS.jwtAudience.env} is not set: tokens made for other applications are taken too`);
      }
      return createTokenAuthenticate(config, createVerifyJwks(keys));
    }
  }
}

/** @param verify answers the signed claims, undefined for a forged token, or a promise of either */
function createTokenAuthenticate(config: Config, verify: (token: string) => unknown): Authenticate {
  const rules = {
    issuer: config.jwtIssuer,
    audience: config.jwtAudience,
    clockSkewMs: config.jwtClockSkew,
  };
  const cache = createTokenCache({
    maxEntries: CACHED_TOKENS,
    maxCharacters: CACHED_CHARACTERS,
    maxAgeMs: CACHED_TOKEN_AGE_MS,
  });

  function admit(token: string, claims: unknown): string {
    const now = Date.now();
    const identity = checkClaims(claims, rules, now);
    if (!identity) throw unauthenticated('The token is not valid or no longer valid.');
    cache.put(token, identity, now);
    return identity.userId;
  }

  return (request) => {
    const token = bearerToken(request);
    if (token === undefined) throw unauthenticated('Send a token: Authorization: Bearer <token>.');
    const known = cache.get(token, Date.now());
    if (known !== undefined) return known;
    const claims = verify(token);
    return claims instanceof Promise
      ? claims.then((verified) => admit(token, verified))
      : admit(token, claims);
  };
}

function createHeaderAuthenticate(header: string): Authenticate {
  return (request) => {
    // Node reads headers as Latin-1; gateways write them as UTF-8. What is neither would make two users one.
    const bytes = Buffer.from(singleHeader(request, header) ?? '', 'latin1');
    const value = isUtf8(bytes) ? bytes.toString('utf8').trim() : undefined;
    if (!isUserId(value)) throw unauthenticated('The gateway did not say who you are.');
    return value;
  };
}

function unauthenticated(detail: string): AppError {
  return refuse('UNAUTHENTICATED', detail);
}
