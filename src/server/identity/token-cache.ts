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
 * @param options.maxCharacters of all tokens together; likewise
 * @param options.maxAgeMs no token is remembered for longer, so that a changed secret or a withdrawn key bites
 */
export function createTokenCache(options: {
  maxEntries: number;
  maxCharacters: number;
  maxAgeMs: number;
}): TokenCache {
  const entries = new Map<string, { userId: string; until: number }>();
  let characters = 0;

  function forget(token: string): void {
    if (entries.delete(token)) characters -= token.length;
  }

  return {
    get(token, nowMs) {
      const entry = entries.get(token);
      if (!entry) return undefined;
      if (entry.until > nowMs) return entry.userId;
      forget(token);
      return undefined;
    },
    put(token, identity, nowMs) {
      forget(token);
      for (const oldest of entries.keys()) {
        const isFull =
          entries.size >= options.maxEntries || characters + token.length > options.maxCharacters;
        if (!isFull) break;
        forget(oldest);
      }
      const until = Math.min(identity.expiresAt, nowMs + options.maxAgeMs);
      entries.set(token, { userId: identity.userId, until });
      characters += token.length;
    },
  };
}
