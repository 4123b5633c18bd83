import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/core/config/load-config.js';
import { toEnvironment } from '../../../src/core/config/to-environment.js';

const load = (env: Record<string, string>) => loadConfig({ env, cwd: '/nonexistent' }).config;

describe('the environment of a configuration', () => {
  it.each<Record<string, string>>([
    {},
    {
      DATABASE_URL: 'postgres://a:b@db:5432/shop',
      KAFKA_BROKERS: 'k1:9092, k2:9092',
      ORDERSCTL_PAYMENT_DEADLINE: '90s',
      ORDERSCTL_SIMULATED_LATENCY: '0.25s',
      ORDERSCTL_SIMULATED_DECLINE_AMOUNTS: '13,999',
      ORDERSCTL_SIMULATED_DECLINES_FINAL: 'false',
      ORDERSCTL_SIMULATED_APPROVE_RATE: '0.5',
      ORDERSCTL_RATE_LIMIT_PER_CUSTOMER: '10/1s',
      ORDERSCTL_JWT_SECRET: 'a-secret-that-only-tests-know-0123456789',
      ORDERSCTL_CURRENCY: 'eur',
      LOG_LEVEL: 'warn',
    },
  ])('gives the same configuration again: %j', (env) => {
    expect(load(toEnvironment(load(env)))).toEqual(load(env));
  });

  it('leaves out what is asked to be left out', () => {
    const env = toEnvironment(load({ PORT: '81', ORDERSCTL_PRODUCTION: 'true' }), ['port', 'production']);
    expect(env).not.toHaveProperty('PORT');
    expect(env).not.toHaveProperty('ORDERSCTL_PRODUCTION');
  });
});
