/** Remembers tokens that were verified, so that the second request of a buyer costs a map look-up. */
import type { TokenIdentity } from './token-claims.js';

export interface TokenCache {
  /** The user of a token that is remembered and has not expired. */
  get(token: string, nowMs: number): string | undefined;
  put(token: string, identity: TokenIdentity, nowMs: number): void;
}

/**
 * Holds only tokens whose signature was right: a flood of forged ones cannot displace anybody.
 * @param options.maxEntries the oldest goes first
 * @param options.maxAgeMs also a token that never expires is verified again after this, so that a changed secret bites
 */
export function createTokenCache(options: { maxEntries: number; maxAgeMs: number }): TokenCache {
  const entries = new Map<string, { userId: string; until: number }>();
  return {
    get(token, nowMs) {
      const entry = entries.get(token);
      if (!entry) return undefined;
      if (entry.until > nowMs) return entry.userId;
      entries.delete(token);
      return undefined;
    },
    put(token, identity, nowMs) {
      if (entries.size >= options.maxEntries) {
        const oldest = entries.keys().next();
        if (!oldest.done) entries.delete(oldest.value);
      }
      const until = Math.min(identity.expiresAt ?? Infinity, nowMs + options.maxAgeMs);
      entries.set(token, { userId: identity.userId, until });
    },
  };
}
