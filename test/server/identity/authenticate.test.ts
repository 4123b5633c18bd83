import { describe, expect, it } from 'vitest';
import { checkClaims } from '../../../src/server/identity/token-claims.js';
import { createTokenCache } from '../../../src/server/identity/token-cache.js';
import { isUserId } from '../../../src/server/identity/user-id.js';
import { createHs256Key, verifyHs256 } from '../../../src/server/identity/verify-hs256.js';
import { mintToken } from '../serve-space.js';

const SECRET = 'a secret of more than thirty-two characters';
const key = createHs256Key(SECRET);
const NOW = 1_800_000_000_000;
const seconds = NOW / 1_000;

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
    expect(verifyHs256(token.slice(0, 10_000), key)).toBeUndefined();
  });

  it('expire to the second, and may be a little ahead of our clock', () => {
    expect(checkClaims({ sub: 'ada', exp: seconds }, {}, NOW)).toBeUndefined();
    expect(checkClaims({ sub: 'ada', exp: seconds + 1 }, {}, NOW)).toEqual({
      userId: 'ada',
      expiresAt: NOW + 1_000,
    });
    expect(checkClaims({ sub: 'ada', nbf: seconds + 4 }, {}, NOW)?.userId).toBe('ada');
    expect(checkClaims({ sub: 'ada', nbf: seconds + 6 }, {}, NOW)).toBeUndefined();
    expect(checkClaims({ sub: 'ada', exp: 'soon' }, {}, NOW)).toBeUndefined();
  });

  it('must come from the issuer and be for the audience, once these are set', () => {
    const rules = { issuer: 'shop', audience: 'orders' };
    expect(checkClaims({ sub: 'a', iss: 'shop', aud: ['x', 'orders'] }, rules, NOW)?.userId).toBe('a');
    expect(checkClaims({ sub: 'a', iss: 'shop' }, rules, NOW)).toBeUndefined();
    expect(checkClaims({ sub: 'a', aud: 'orders' }, rules, NOW)).toBeUndefined();
  });
});

describe('the token cache', () => {
  it('forgets a token when it expires, and in any case after a while', () => {
    const cache = createTokenCache({ maxEntries: 10, maxAgeMs: 1_000 });
    cache.put('short', { userId: 'ada', expiresAt: NOW + 500 }, NOW);
    cache.put('eternal', { userId: 'bob', expiresAt: undefined }, NOW);
    expect([cache.get('short', NOW + 499), cache.get('short', NOW + 500)]).toEqual(['ada', undefined]);
    expect([cache.get('eternal', NOW + 999), cache.get('eternal', NOW + 1_000)]).toEqual(['bob', undefined]);
  });

  it('never holds more than its bound', () => {
    const cache = createTokenCache({ maxEntries: 3, maxAgeMs: 1_000 });
    for (let n = 0; n < 10; n += 1) cache.put(`t${n}`, { userId: `u${n}`, expiresAt: undefined }, NOW);
    const kept = Array.from({ length: 10 }, (_, n) => cache.get(`t${n}`, NOW)).filter(Boolean);
    expect(kept).toEqual(['u7', 'u8', 'u9']);
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
