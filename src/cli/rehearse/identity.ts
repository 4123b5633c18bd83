/** How buyers of a rehearsal are known: as the configuration says that serve knows its callers. */
import { randomBytes } from 'node:crypto';
import { sayByHeader, signTokens, type Identify } from '../../bench/load/identify.js';
import { identityModeOf } from '../../core/config/identity-mode.js';
import type { Config } from '../../core/config/schema.js';
import { AppError } from '../../core/errors.js';

export interface Identity {
  readonly identify: Identify;
  /** Signed with another secret; null where there is nothing to forge. */
  readonly forge: Identify | null;
}

/** Longer than any rehearsal. */
const TTL_SECONDS = 6 * 3_600;

/** @throws AppError CONFIG_INVALID where nothing says how callers are known, REFUSED with an identity provider */
export function identityOf(config: Config): Identity {
  const mode = identityModeOf(config);
  const claims = { issuer: config.jwtIssuer, audience: config.jwtAudience, ttlSeconds: TTL_SECONDS };
  switch (mode.kind) {
    case 'secret':
      return {
        identify: signTokens(mode.secret, claims),
        forge: signTokens(randomBytes(32).toString('hex'), claims),
      };
    case 'header':
      return { identify: sayByHeader(mode.header), forge: null };
    case 'jwks':
      throw new AppError(
        'REFUSED',
        'buyers get their tokens from an identity provider, which cannot be made up; nothing was changed',
        {
          hint: 'Rehearse on a serve with ORDERSCTL_JWT_SECRET, or on one without its gateway with ORDERSCTL_AUTH=header',
        },
      );
  }
}
