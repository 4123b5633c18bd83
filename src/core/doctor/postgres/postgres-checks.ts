/** PostgreSQL: the right tables, safe commits, enough connections. */
import type { Check } from '../check.js';
import { connections } from './connections.js';
import { durability } from './durability.js';
import { migrations } from './migrations.js';
import { replication } from './replication.js';

export const POSTGRES_CHECKS: readonly Check[] = [migrations, replication, durability, connections];
