import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/core/config/load-config.js';
import type { ConfigKey } from '../../../src/core/config/schema.js';
import { findCallbackKeys } from '../../../src/server/payments/callback-keys.js';

const SECRET = 'the-secret-of-shop-and-provider-0123456789';
const find = (flags: Partial<Record<ConfigKey, string>>) =>
  findCallbackKeys(loadConfig({ flags, env: {}, cwd: '/nonexistent' }).config);

describe('findCallbackKeys', () => {
  it('takes no callbacks without a secret', () => {
    expect(find({})).toBeUndefined();
    expect(find({ payments: 'simulated' })).toBeUndefined();
  });

  it('goes on hearing a provider that is asked no more', () => {
    expect(find({ payments: 'simulated', paymentSecret: SECRET })).toEqual([Buffer.from(SECRET)]);
  });

  it('does not let payments be asked for that nobody could report', () => {
    expect(() => find({ payments: 'webhook' })).toThrow(/ORDERSCTL_PAYMENT_SECRET/);
  });
});
