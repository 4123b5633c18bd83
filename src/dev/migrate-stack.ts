/** Brings tables and topics of a fresh stack to this binary's versions, as `ordersctl migrate` does. */
import { configSchema } from '../core/config/schema.js';
import { createSilentLog } from '../core/log.js';

/** @returns what was done, in words */
export async function migrateStack(env: Readonly<Record<string, string>>): Promise<string> {
  const [{ createPool }, { runMigrations }, { ensureTopics }] = await Promise.all([
    import('../core/postgres/create-pool.js'),
    import('../core/postgres/run-migrations.js'),
    import('../core/kafka/kafka-admin.js'),
  ]);
  const databaseUrl = env['DATABASE_URL'] ?? '';
  const config = configSchema.parse({ databaseUrl, kafkaBrokers: env['KAFKA_BROKERS'] });
  const log = createSilentLog();
  const pool = createPool(
    { url: databaseUrl, applicationName: 'ordersctl-dev', max: 1, statementTimeoutMs: 0 },
    log,
  );
  try {
    const [migrations, topics] = await Promise.all([runMigrations(pool, log), ensureTopics(config)]);
    const known = migrations.applied.length + migrations.alreadyApplied;
    const created = topics.filter((topic) => topic.outcome === 'created').length;
    return `${migrations.applied.length} of ${known} migrations and ${created} of ${topics.length} topics were new`;
  } finally {
    await pool.end();
  }
}
