/** Versions that are too old to work. Kafka tells its own to no client. */
import type { Check } from '../check.js';
import { node } from './node.js';
import { ordersctl } from './ordersctl.js';
import { postgres } from './postgres.js';
import { redis } from './redis.js';
import { temporal } from './temporal.js';

export const VERSION_CHECKS: readonly Check[] = [ordersctl, node, postgres, redis, temporal];
