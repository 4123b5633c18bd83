/** How much the dashboard asks of each store: the cost of watching is part of what it shows. */
import { hearStoreCalls } from '../../core/store-calls.js';
import { SOURCES, type SourceName } from './state/model.js';

/**
 * Counts every call of this process from now on, until the process ends. To be called before the clients are made.
 * @returns how many there were to a store
 */
export function countStoreCalls(): (store: SourceName) => number {
  const calls = new Map<string, number>(SOURCES.map((name) => [name, 0]));
  hearStoreCalls(({ store }) => calls.set(store, (calls.get(store) ?? 0) + 1));
  return (store) => calls.get(store) ?? 0;
}
