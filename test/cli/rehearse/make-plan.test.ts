import { describe, expect, it } from 'vitest';
import { makePlan } from '../../../src/cli/rehearse/make-plan.js';
import type { RehearseOptions } from '../../../src/cli/rehearse/options.js';
import { loadConfig } from '../../../src/core/config/load-config.js';

const RUN = '3f2a9c1e';
const options: RehearseOptions = {
  rate: 2_000,
  duration: 30_000,
  ramp: 2_000,
  burst: 1_000,
  units: 1_000,
  products: 3,
  seed: 1,
  abandon: 5,
  late: 2,
  cheat: 3,
  kill: [],
  serve: 1,
  targetP50: 500,
  targetP99: 2_000,
  dashboard: true,
};
const SECRET = { ORDERSCTL_JWT_SECRET: 'a-secret-that-only-tests-know-0123456789' };
const SIMULATED = { ...SECRET, ORDERSCTL_PAYMENTS: 'simulated' };
const plan = (more: Partial<RehearseOptions> = {}, env: Record<string, string> = SIMULATED) =>
  makePlan(RUN, { ...options, ...more }, loadConfig({ env, cwd: '/nonexistent' }).config);
const refusal = (code: string) => expect.objectContaining({ code }) as Error;

describe('the plan of a rehearsal', () => {
  it('has products of its own, and as many buyers as the rate brings', () => {
    const { goods, crowd } = plan();
    expect(goods.map(({ productId }) => productId)).toEqual([1, 2, 3].map((n) => `rehearsal-${RUN}-${n}`));
    // 28 whole seconds and two of a rate that rises, and those at the door.
    expect(crowd).toMatchObject({ buyers: 58_000 + 1_000, rush: 1_000, rushMs: 1_000 });
  });

  it('runs roles when they are asked for, and when one is to be killed', () => {
    expect(plan().withRoles).toBe(false);
    expect(plan({ withRoles: true }).withRoles).toBe(true);
    expect(plan({ kill: ['worker'] }).withRoles).toBe(true);
    expect(plan({ kill: ['redis'] }).withRoles).toBe(false);
  });

  it('with roles of its own knows who is declined and who pays late, and gives them less time without blows', () => {
    const calm = plan({ withRoles: true });
    expect(calm.rules).toMatchObject({ declinedPrefix: 'declined-', latePrefix: 'late-' });
    expect(calm.notes).toEqual([]);
    expect(plan({ kill: ['serve'] }).rules.payWithinMs).toBeGreaterThan(calm.rules.payWithinMs);
    expect(plan({ withRoles: true, late: 0 }).rules.payWithinMs).toBe(900_000);
  });

  it('says what cannot be provoked on a stack as it is, and takes its own rules where they are set', () => {
    const bare = plan();
    expect(bare.notes).toHaveLength(2);
    expect(bare.crowd.shares.late).toBe(0);
    const set = plan(
      {},
      {
        ...SIMULATED,
        ORDERSCTL_SIMULATED_DECLINE_USERS: 'no-',
        ORDERSCTL_SIMULATED_MANUAL_USERS: 'slow-',
        ORDERSCTL_PAYMENT_DEADLINE: '30s',
      },
    );
    expect(set.notes).toEqual([]);
    expect(set.crowd).toMatchObject({ declinedPrefix: 'no-', latePrefix: 'slow-', tooLate: true });
    expect(set.crowd.shares.late).toBe(0.02);
  });

  it('is refused where an order might be charged, unless that is wanted', () => {
    const webhook = { ...SECRET, ORDERSCTL_PAYMENTS: 'webhook' };
    expect(() => plan({}, webhook)).toThrow(refusal('REFUSED'));
    expect(() => plan({}, SECRET)).toThrow(refusal('REFUSED'));
    expect(plan({ realPayments: true }, webhook).rules.othersMayBeDeclined).toBe(true);
    // Roles of its own have a simulated gateway, whatever is configured.
    expect(plan({ withRoles: true }, webhook).rules.othersMayBeDeclined).toBe(false);
  });

  it('is refused where tokens cannot be made up', () => {
    const jwks = { ORDERSCTL_PAYMENTS: 'simulated', ORDERSCTL_JWKS_URL: 'https://login.example/keys' };
    expect(() => plan({}, jwks)).toThrow(refusal('REFUSED'));
  });

  it('starts and kills no roles in production', () => {
    const production = { ...SIMULATED, ORDERSCTL_PRODUCTION: 'true' };
    expect(() => plan({ withRoles: true }, production)).toThrow(refusal('REFUSED'));
    expect(() => plan({ kill: ['serve'] }, production)).toThrow(refusal('REFUSED'));
    expect(plan({}, production).withRoles).toBe(false);
  });

  it.each<[string, Partial<RehearseOptions>]>([
    ['fewer units than products', { units: 2 }],
    ['more habits than buyers', { abandon: 50, late: 30, cheat: 30 }],
    ['nobody', { rate: 0, burst: 0 }],
    ['more buyers than it takes', { rate: 20_000, duration: 3_600_000 }],
    ['the same blow twice', { kill: ['redis', 'redis'] }],
    ['another API than its own roles have', { withRoles: true, api: ['http://127.0.0.1:1'] }],
  ])('is not made of %s', (_what, more) => {
    expect(() => plan(more)).toThrow(refusal('USAGE'));
  });
});
