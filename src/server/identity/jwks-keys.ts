/** The identity provider's keys as they are known now: fetched anew when they grow old or a token names another one. */
import { createLocalJWKSet, errors, type CompactJWSHeaderParameters, type CryptoKey, type JWK } from 'jose';
import { AppError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';

/** So that a key which the provider has withdrawn ends. */
const MAX_AGE_MS = 600_000;
/** Tokens with invented key ids cost the provider one request in this time, however many come. */
const COOL_DOWN_MS = 10_000;
/** After a failure it is asked sooner: nobody new can be known before it answers. */
const RETRY_AFTER_MS = 1_000;

export interface JwksKeys {
  /**
   * A key that is known is found without waiting for the provider, also when that has long been away. An unknown one is
   * looked for there; when it cannot be asked the answer is 503 and not 401: the token may be good, and 401 would tell
   * the buyer's client to throw it away.
   * @returns undefined when the provider has no such key
   * @throws AppError UNAVAILABLE when the provider does not answer
   */
  find(header: CompactJWSHeaderParameters): Promise<CryptoKey | undefined>;
  /** Fetches the keys, so that the first buyer does not wait for them. Never rejects. */
  refresh(): Promise<void>;
}

/** @param options.now ms of a clock that only goes forward */
export function createJwksKeys(options: {
  fetchKeys: () => Promise<JWK[]>;
  log: Log;
  now?: () => number;
}): JwksKeys {
  const { fetchKeys, log, now = () => performance.now() } = options;
  let keys: ReturnType<typeof createLocalJWKSet> | undefined;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let askAgainAt = Number.NEGATIVE_INFINITY;
  let failed = false;
  let fetching: Promise<void> | undefined;

  async function load(): Promise<void> {
    try {
      keys = createLocalJWKSet({ keys: await fetchKeys() });
      fetchedAt = now();
      failed = false;
    } catch (error) {
      failed = true;
      log.warn(
        { err: error, haveKeys: keys !== undefined },
        'the key server gave no keys; those known go on',
      );
    }
    askAgainAt = now() + (failed ? RETRY_AFTER_MS : COOL_DOWN_MS);
  }

  /** One request at a time, shared by all who wait. */
  function refresh(): Promise<void> {
    fetching ??= load().finally(() => (fetching = undefined));
    return fetching;
  }

  async function known(header: CompactJWSHeaderParameters): Promise<CryptoKey | undefined> {
    try {
      return await keys?.(header);
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  return {
    refresh,
    async find(header) {
      const mayAsk = now() >= askAgainAt;
      if (keys && mayAsk && now() - fetchedAt >= MAX_AGE_MS) void refresh();
      const key = await known(header);
      if (key) return key;
      if (fetching || mayAsk) await refresh();
      const found = await known(header);
      if (!found && failed) {
        throw new AppError('UNAVAILABLE', 'the key server does not answer', {
          retryAfterSeconds: RETRY_AFTER_MS / 1_000,
        });
      }
      return found;
    },
  };
}
