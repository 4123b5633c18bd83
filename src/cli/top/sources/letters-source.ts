/** Dead letters: how many the topic holds, and of how many nobody has decided yet. */
import type { ConfigWith } from '../../../core/config/require-settings.js';
import { createClusterReader } from '../../../core/kafka/cluster-reader.js';
import type { Log } from '../../../core/log.js';
import { TOPICS } from '../../../core/names.js';
import { countDecidedLetters } from '../../../core/postgres/count-decided-letters.js';
import type { TopSource } from './top-source.js';
import { createWatchPool } from './watch-pool.js';

const CONNECTIONS = 1;

export function createLettersSource(config: ConfigWith<'databaseUrl' | 'kafkaBrokers'>, log: Log): TopSource {
  const pool = createWatchPool(config, CONNECTIONS, log);
  const cluster = createClusterReader(config, log);
  return {
    name: 'letters',
    async poll() {
      const stretches = await cluster.stored(TOPICS.deadLetters);
      const stored = Number(stretches.reduce((sum, { low, high }) => sum + high - low, 0n));
      const written = Number(stretches.reduce((sum, { high }) => sum + high, 0n));
      // Most sales have none, and then there is nothing to ask Postgres.
      const decided = stored === 0 ? 0 : await countDecidedLetters(pool, stretches);
      return { source: 'letters', look: { stored, written, open: Math.max(0, stored - decided) } };
    },
    async close() {
      await Promise.all([cluster.close(), pool.end()]);
    },
  };
}
