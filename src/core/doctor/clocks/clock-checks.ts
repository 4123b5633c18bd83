/** Clocks of the stores. Nothing is decided by comparing two of them, but people and tokens go by all. */
import type { Check } from '../check.js';
import { postgresClock, redisClock } from './clock-offsets.js';
import { between, judgeClock, type ClockLimits } from './judge-clock.js';

/** Tokens and signatures of the payment provider go by the clocks of the roles' machines. */
const HERE: ClockLimits = {
  warnMs: 2_000,
  failMs: 60_000,
  consequence: 'against this machine; tokens and payment callbacks go by such clocks',
};
const STORES: ClockLimits = {
  warnMs: 1_000,
  failMs: 10_000,
  consequence: 'sale windows go by Redis, deadlines by PostgreSQL',
};

const postgres: Check = {
  id: 'clocks.postgres',
  title: 'PostgreSQL',
  needs: ['postgres'],
  look: async (sources) => judgeClock(await sources.once(postgresClock), HERE),
};

const redis: Check = {
  id: 'clocks.redis',
  title: 'Redis',
  needs: ['redis'],
  look: async (sources) => judgeClock(await sources.once(redisClock), HERE),
};

const stores: Check = {
  id: 'clocks.stores',
  title: 'between them',
  needs: ['postgres', 'redis'],
  async look(sources) {
    const [first, second] = await Promise.all([sources.once(postgresClock), sources.once(redisClock)]);
    return judgeClock(between(first, second), STORES);
  },
};

export const CLOCK_CHECKS: readonly Check[] = [postgres, redis, stores];
