/** The one look at the replicas that checks share. */
import { ROLES, type Role } from '../../names.js';
import type { LiveReplica } from '../../postgres/find-live-replicas.js';
import type { Sources } from '../check.js';

/** Three missed signs of life: each replica gives one every ten seconds. */
export const SILENT_MS = 35_000;

export async function liveReplicas({ stores }: Sources): Promise<LiveReplica[]> {
  const { findLiveReplicas } = await import('../../postgres/find-live-replicas.js');
  return findLiveReplicas(await stores.postgres(), { withinMs: SILENT_MS });
}

export function countReplicas(live: readonly LiveReplica[]): Record<Role, number> {
  const counts: Record<Role, number> = { serve: 0, consume: 0, worker: 0 };
  for (const role of ROLES) counts[role] = live.filter((replica) => replica.role === role).length;
  return counts;
}
