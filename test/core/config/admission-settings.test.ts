import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/core/config/schema.js';

describe('the settings of who is let in', () => {
  it('limit nobody and trust no proxy until they are set', () => {
    const config = configSchema.parse({});
    expect(config).toMatchObject({ maxQueueAge: 2_000, maxLoopDelay: 250, maxConnections: 20_000 });
    expect([config.rateLimitPerCustomer, config.rateLimitPerAddress, config.trustedProxies]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('take rates, addresses and networks', () => {
    const config = configSchema.parse({
      rateLimitPerCustomer: '10/1s',
      trustedProxies: '10.0.0.0/8, 192.0.2.7,fd00::/8 , ::1',
    });
    expect(config.rateLimitPerCustomer).toBe('10/1s');
    expect(config.trustedProxies).toEqual(['10.0.0.0/8', '192.0.2.7', 'fd00::/8', '::1']);
  });

  it.each([
    ['rateLimitPerCustomer', '10'],
    ['rateLimitPerAddress', '10 per second'],
    ['trustedProxies', 'proxy.example'],
    ['trustedProxies', '10.0.0.0/33'],
    ['trustedProxies', '10.0.0.0/'],
    ['trustedProxies', '::/129'],
    ['trustedProxies', '10.0.0.1,all'],
    ['maxLoopDelay', '250'],
  ])('refuse %s=%s', (key, value) => {
    expect(configSchema.safeParse({ [key]: value }).success).toBe(false);
  });
});
