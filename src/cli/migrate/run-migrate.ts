/** Migrates each store on its own, so that one that is away does not hide what was done in the others. */
import { requireSettings } from '../../core/config/require-settings.js';
import { ensureTopics, type EnsuredTopic } from '../../core/kafka/kafka-admin.js';
import { createPartialAnswer, type UnavailableStore } from '../../core/partial-answer.js';
import { createPool } from '../../core/postgres/create-pool.js';
import { runMigrations, type MigrationResult } from '../../core/postgres/run-migrations.js';
import { checkNamespace, type NamespaceDescription } from '../../core/temporal/check-namespace.js';
import type { CliContext } from '../context.js';
import type { Output } from '../output/output.js';
import { withStores, type Stores } from '../with-stores.js';

interface MigrateResult {
  /** Null: the store was away. */
  readonly migrations: MigrationResult | null;
  readonly topics: readonly EnsuredTopic[] | null;
  readonly namespace: NamespaceDescription | null;
  readonly unavailable: readonly UnavailableStore[];
}

/** Another migrator may hold the lock for this long (see run-migrations.ts). */
const MIGRATIONS_TIMEOUT_MS = 600_000;

/** @throws AppError UNAVAILABLE after printing what was done, when a store was away */
export async function runMigrate(context: CliContext): Promise<void> {
  const config = requireSettings(await context.loadConfig(), [
    'databaseUrl',
    'kafkaBrokers',
    'temporalAddress',
  ]);
  const answer = createPartialAnswer(MIGRATIONS_TIMEOUT_MS);
  await withStores(context, config, async (stores) => {
    const [migrations, topics, namespace] = await Promise.all([
      answer.ask('postgres', () => migrateTables(config.databaseUrl, stores)),
      answer.ask('kafka', () => ensureTopics(config, stores.log)),
      answer.ask('temporal', async () => checkNamespace(await stores.temporal())),
    ]);
    const result = { migrations, topics, namespace, unavailable: answer.unavailable };
    if (context.output.json) context.output.data(result);
    else showResult(context.output, result);
  });
  answer.assertComplete();
}

/** On a connection of its own: a migration may take longer than any other statement. */
async function migrateTables(databaseUrl: string, { log }: Stores): Promise<MigrationResult> {
  const pool = createPool(
    { url: databaseUrl, applicationName: 'ordersctl-migrate', max: 1, statementTimeoutMs: 0 },
    log,
  );
  try {
    return await runMigrations(pool, log);
  } finally {
    await pool.end();
  }
}

function showResult(output: Output, { migrations, topics, namespace }: MigrateResult): void {
  const { good, bad } = output.colours;
  const away = bad('unavailable');
  output.line(`tables     ${migrations ? tablesLine(migrations, good) : away}`);
  output.line(`topics     ${topics ? topicsLine(topics, good) : away}`);
  output.line(`namespace  ${namespace ? namespaceLine(namespace) : away}`);
}

function tablesLine({ applied, alreadyApplied }: MigrationResult, good: (text: string) => string): string {
  if (applied.length === 0) return `up to date (${alreadyApplied} migrations)`;
  return `${good('applied')} ${applied.join(', ')}`;
}

function topicsLine(topics: readonly EnsuredTopic[], good: (text: string) => string): string {
  const created = topics.filter((topic) => topic.outcome === 'created');
  if (created.length === 0) return `all ${topics.length} exist`;
  return `${good('created')} ${created.map(({ topic, partitions }) => `${topic} (${partitions})`).join(', ')}`;
}

function namespaceLine({ namespace, retentionDays }: NamespaceDescription): string {
  if (retentionDays === null) return namespace;
  return `${namespace}, closed workflows are kept ${retentionDays} day${retentionDays === 1 ? '' : 's'}`;
}
