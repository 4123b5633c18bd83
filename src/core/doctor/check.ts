/** What a check is, and what it may look at. */
import type { Client } from '@temporalio/client';
import type { ExaminedConfig } from '../config/load-config.js';
import type { ClusterReader } from '../kafka/cluster-reader.js';
import type { StoreName } from '../partial-answer.js';
import type { Pool } from '../postgres/create-pool.js';
import type { OrdersRedis } from '../redis/create-redis.js';
import type { Reach } from './reach/reach.js';
import type { Verdict } from './verdict.js';

/** `tables`: PostgreSQL with the schema of this binary. */
export type Need = StoreName | 'tables';

export interface Check {
  /** `group.what`, stable: scripts know it. */
  readonly id: string;
  /** A few words for people. */
  readonly title: string;
  /** Without these it is skipped. */
  readonly needs: readonly Need[];
  /** The product it is about; left out for the whole deployment. */
  readonly productId?: string;
  /** Looks and judges. @throws AppError UNAVAILABLE when a store went away meanwhile */
  look(sources: Sources): Promise<Verdict> | Verdict;
}

/** Connections, each opened when first asked for. */
export interface DoctorStores {
  readonly postgres: () => Promise<Pool>;
  readonly redis: () => Promise<OrdersRedis>;
  readonly cluster: () => Promise<ClusterReader>;
  readonly temporal: () => Promise<Client>;
}

export interface Sources {
  readonly examined: ExaminedConfig;
  readonly config: ExaminedConfig['config'];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stores: DoctorStores;
  /** How the stores that any check needs were reached, filled before the first check looks. */
  readonly reaches: Map<StoreName, Reach>;
  /** The answer of this look, taken once for all checks that ask for it. */
  once<T>(look: (sources: Sources) => Promise<T>): Promise<T>;
}

export function createSources(parts: Omit<Sources, 'config' | 'reaches' | 'once'>): Sources {
  const taken = new Map<unknown, Promise<unknown>>();
  const sources: Sources = {
    ...parts,
    config: parts.examined.config,
    reaches: new Map(),
    once<T>(look: (sources: Sources) => Promise<T>) {
      const known = taken.get(look) as Promise<T> | undefined;
      if (known) return known;
      const taking = look(sources);
      taken.set(look, taking);
      return taking;
    },
  };
  return sources;
}
