/** Redis: keeps what it is given, and has room for more. */
import type { Check } from '../check.js';
import { eviction } from './eviction.js';
import { memory } from './memory.js';
import { persistence } from './persistence.js';
import { replication } from './replication.js';

export const REDIS_CHECKS: readonly Check[] = [replication, persistence, eviction, memory];
