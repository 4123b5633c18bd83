/** Whether a role runs: each replica gives a sign of life every ten seconds. */
import { formatDuration } from '../../duration.js';
import type { Role } from '../../names.js';
import type { LiveReplica } from '../../postgres/find-live-replicas.js';
import type { Check } from '../check.js';
import { countOf, nameSome } from '../name-some.js';
import { failed, ok, type Verdict } from '../verdict.js';
import { liveReplicas, SILENT_MS } from './live-replicas.js';

export function judgeAlive(role: Role, live: readonly LiveReplica[]): Verdict {
  const mine = live.filter((replica) => replica.role === role);
  if (mine.length === 0) {
    return failed(`no replica in the last ${formatDuration(SILENT_MS)}`, `ordersctl ${role}`);
  }
  const heard = formatDuration(Math.min(...mine.map(({ silentMs }) => silentMs)));
  const names = nameSome(
    mine.map(({ replica }) => replica),
    3,
  );
  return ok(`${countOf(mine.length, 'replica')}, heard ${heard} ago (${names})`);
}

export const alive = (role: Role): Check => ({
  id: `roles.${role}`,
  title: role,
  needs: ['tables'],
  look: async (sources) => judgeAlive(role, await sources.once(liveReplicas)),
});
