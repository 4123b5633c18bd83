import { describe, expect, it } from 'vitest';
import { checkClaims } from '../../../src/server/identity/token-claims.js';
import { createTokenCache, type TokenCache } from '../../../src/server/identity/token-cache.js';
import { isUserId } from '../../../src/server/identity/user-id.js';
import { createHs256Key, verifyHs256 } from '../../../src/server/identity/verify-hs256.js';
import { mintToken } from '../serve-space.js';

const SECRET = 'a secret of more than thirty-two characters';
const key = createHs256Key(SECRET);
const NOW = 1_800_000_000_000;
const seconds = NOW / 1_000;
const RULES = { clockSkewMs: 5_000 };

describe('tokens', () => {
  it('that another library has signed are understood', async () => {
    const claims = verifyHs256(await mintToken({ sub: 'ada', role: 'ü' }, SECRET), key);
    expect(claims).toMatchObject({ sub: 'ada', role: 'ü' });
  });

  it('are refused after any single character was changed', async () => {
    const token = await mintToken({ sub: 'ada' }, SECRET);
    // The very last one carries two bits that are not part of the signature.
    for (let at = 0; at < token.length - 1; at += 1) {
      const changed = token.charAt(at) === 'A' ? 'B' : 'A';
      expect(
        verifyHs256(token.slice(0, at) + changed + token.slice(at + 1), key),
        `at ${at}`,
      ).toBeUndefined();
    }
  });

  it.each(['', '.', '..', 'a.b.c', 'a'.repeat(10_000)])('that are none (%s) are refused', (token) => {
    expect(verifyHs256(token, key)).toBeUndefined();
  });

  it('expire to the second, and may be a little ahead of our clock', () => {
    expect(checkClaims({ sub: 'ada', exp: seconds }, RULES, NOW)).toBeUndefined();
    expect(checkClaims({ sub: 'ada', exp: seconds + 1 }, RULES, NOW)).toEqual({
      userId: 'ada',
      expiresAt: NOW + 1_000,
    });
    const exp = seconds + 60;
    expect(checkClaims({ sub: 'ada', exp, nbf: seconds + 4 }, RULES, NOW)?.userId).toBe('ada');
    expect(checkClaims({ sub: 'ada', exp, nbf: seconds + 6 }, RULES, NOW)).toBeUndefined();
  });

  it.each([undefined, null, 'soon', Number.POSITIVE_INFINITY, -1])('that expire %s are refused', (exp) => {
    expect(checkClaims({ sub: 'ada', exp }, RULES, NOW)).toBeUndefined();
  });

  it('must come from the issuer and be for the audience, once these are set', () => {
    const rules = { ...RULES, issuer: 'shop', audience: 'orders' };
    const who = { sub: 'a', exp: seconds + 60 };
    expect(checkClaims({ ...who, iss: 'shop', aud: ['x', 'orders'] }, rules, NOW)?.userId).toBe('a');
    expect(checkClaims({ ...who, iss: 'shop' }, rules, NOW)).toBeUndefined();
    expect(checkClaims({ ...who, aud: 'orders' }, rules, NOW)).toBeUndefined();
  });
});

describe('the token cache', () => {
  const later = NOW + 3_600_000;

  it('forgets a token when it expires, and in any case after a while', () => {
    const cache = createTokenCache({ maxEntries: 10, maxCharacters: 1_000, maxAgeMs: 1_000 });
    cache.put('short', { userId: 'ada', expiresAt: NOW + 500 }, NOW);
    cache.put('long', { userId: 'bob', expiresAt: later }, NOW);
    expect([cache.get('short', NOW + 499), cache.get('short', NOW + 500)]).toEqual(['ada', undefined]);
    expect([cache.get('long', NOW + 999), cache.get('long', NOW + 1_000)]).toEqual(['bob', undefined]);
  });

  it('never holds more than its bounds', () => {
    const kept = (cache: TokenCache, tokens: readonly string[]) => {
      for (const token of tokens) cache.put(token, { userId: token, expiresAt: later }, NOW);
      return tokens.filter((token) => cache.get(token, NOW) !== undefined);
    };
    const names = Array.from({ length: 10 }, (_, n) => `t${n}`);
    const few = createTokenCache({ maxEntries: 3, maxCharacters: 1_000, maxAgeMs: 1_000 });
    expect(kept(few, names)).toEqual(['t7', 't8', 't9']);
    const short = createTokenCache({ maxEntries: 100, maxCharacters: 8, maxAgeMs: 1_000 });
    expect(kept(short, names)).toEqual(['t6', 't7', 't8', 't9']);
    // Put again, forgotten and put again: the bound counts what is there.
    expect(kept(short, names)).toEqual(['t6', 't7', 't8', 't9']);
  });
});

describe('a user id', () => {
  it('is text of 1 to 128 characters that every store keeps as it is', () => {
    for (const good of ['a', 'ada@example.org', 'ü'.repeat(128), '👩‍🚀']) expect(isUserId(good)).toBe(true);
    for (const bad of ['', 'x'.repeat(129), 'a\0b', 'a\nb', '\ud800', 7, null, undefined]) {
      expect(isUserId(bad)).toBe(false);
    }
  });
});
