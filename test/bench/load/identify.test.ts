import { jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { createTokens, sayByHeader, signTokens } from '../../../src/bench/load/identify.js';

const secret = 'a-secret-that-only-tests-know-0123456789';
const key = new TextEncoder().encode(secret);

describe('a made-up customer', () => {
  it('has a token that the shop believes, with issuer and audience where they are asked for', async () => {
    const token = createTokens(secret, { issuer: 'login', audience: 'shop' });
    const { payload } = await jwtVerify(token('ann'), key, { issuer: 'login', audience: 'shop' });
    expect(payload).toMatchObject({ sub: 'ann' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3_600);
  });

  it('has the same token each time, so that the shop may remember it', () => {
    const identify = signTokens(secret);
    expect(identify('ann')).toEqual(identify('ann'));
    expect(identify('ann')).not.toEqual(identify('bob'));
  });

  it('is known by the header of a gateway', () => {
    expect(sayByHeader('x-user-id')('ann')).toEqual({ 'x-user-id': 'ann' });
  });
});
