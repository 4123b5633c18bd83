/** Whether an order that was answered survives a crash of the server (I4). */
import type { Config } from '../../config/schema.js';
import type { PostgresServer } from '../../postgres/read-server.js';
import type { Check } from '../check.js';
import { notDurable } from '../rehearsal.js';
import { ok, type Verdict } from '../verdict.js';
import { postgresServer } from './postgres-server.js';

export function judgeDurability(
  server: PostgresServer,
  config: Pick<Config, 'production' | 'databaseUrl'>,
): Verdict {
  const off = [
    ...(server.fsync ? [] : ['fsync']),
    ...(server.fullPageWrites ? [] : ['full_page_writes']),
    ...(server.synchronousCommit === 'off' ? ['synchronous_commit'] : []),
  ];
  if (off.length === 0) return ok(`fsync on, synchronous_commit ${server.synchronousCommit}`);
  const statements = off.map((name) => `-c "alter system set ${name} = on"`).join(' ');
  return notDurable(
    config,
    config.databaseUrl,
    `${off.join(', ')} off: a crash loses orders that were answered with 202`,
    `psql "$DATABASE_URL" ${statements} -c "select pg_reload_conf()"`,
  );
}

export const durability: Check = {
  id: 'postgres.durability',
  title: 'durability',
  needs: ['postgres'],
  look: async (sources) => judgeDurability(await sources.once(postgresServer), sources.config),
};
