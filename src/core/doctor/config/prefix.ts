/** Under which prefix this deployment keeps its keys, topics, group, queue and schedules. */
import type { Check } from '../check.js';
import { ok } from '../verdict.js';

export const prefix: Check = {
  id: 'config.prefix',
  title: 'prefix',
  needs: [],
  look: ({ config }) => ok(config.prefix === '' ? 'none: plain names' : config.prefix),
};
