/** Whether workers ask for the sagas' work. */
import type { Poller, Pollers } from '../../temporal/read-pollers.js';
import type { Check } from '../check.js';
import { countOf } from '../name-some.js';
import { failed, ok, skipped, type Verdict } from '../verdict.js';
import { namespaceLook } from './namespace-look.js';

/** A poll lasts up to a minute, and the server remembers who has gone for five. */
const FRESH_MS = 150_000;

/** @param now ms since 1970 */
export function judgePollers(pollers: Pollers, now: number): Verdict {
  const fresh = (some: readonly Poller[]) =>
    new Set(
      some.filter(({ lastAccess }) => now - lastAccess.getTime() < FRESH_MS).map(({ identity }) => identity),
    ).size;
  const workflow = fresh(pollers.workflow);
  const activity = fresh(pollers.activity);
  if (workflow === 0 && activity === 0)
    return failed('nobody asks for workflows or activities', 'ordersctl worker');
  if (workflow === 0) return failed('nobody asks for workflows', 'ordersctl worker');
  if (activity === 0) return failed('nobody asks for activities', 'ordersctl worker');
  return ok(`${countOf(workflow, 'worker')} for workflows, ${activity} for activities`);
}

export const pollers: Check = {
  id: 'temporal.pollers',
  title: 'task queue',
  needs: ['temporal'],
  async look(sources) {
    if ((await sources.once(namespaceLook)) === null) return skipped('there is no namespace');
    const { readPollers } = await import('../../temporal/read-pollers.js');
    const found = await readPollers(await sources.stores.temporal(), sources.config.prefix);
    return judgePollers(found, Date.now());
  },
};
