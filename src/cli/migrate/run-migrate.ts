/** Migrates each store on its own, so that one that is away does not hide what was done in the others. */
import { requireSettings } from '../../core/config/require-settings.js';
import { ensureTopics, findTopics } from '../../core/kafka/kafka-admin.js';
import type { Config } from '../../core/config/schema.js';
import type { Log } from '../../core/log.js';
import { createPartialAnswer, type PartialAnswer } from '../../core/partial-answer.js';
import { createPool, type Pool } from '../../core/postgres/create-pool.js';
import { findPendingMigrations } from '../../core/postgres/find-pending-migrations.js';
import { runMigrations } from '../../core/postgres/run-migrations.js';
import { checkNamespace } from '../../core/temporal/check-namespace.js';
import type { CliContext } from '../context.js';
import { beginMutation, type Mutation } from '../mutation/begin-mutation.js';
import type { MutationOptions } from '../mutation/options.js';
import { withStores, type Stores } from '../with-stores.js';
import { renderMigrate, type MigrateReport } from './render-migrate.js';

/** Another migrator may hold the lock for this long (see run-migrations.ts). */
const MIGRATIONS_TIMEOUT_MS = 600_000;

/**
 * @throws AppError UNAVAILABLE after printing what was done, when a store was away; REFUSED as by `beginMutation`, SCHEMA_TOO_NEW,
 *   CHECK_FAILED
 */
export async function runMigrate(context: CliContext, options: MutationOptions): Promise<void> {
  const config = requireSettings(await context.loadConfig(), [
    'databaseUrl',
    'kafkaBrokers',
    'temporalAddress',
  ]);
  const mutation = beginMutation(context, config, 'migrate', options);
  const answer = createPartialAnswer(MIGRATIONS_TIMEOUT_MS);
  await withStores(context, config, (stores) =>
    withMigrationPool(config.databaseUrl, stores, async (pool) => {
      const [migrations, topics, namespace] = await Promise.all([
        answer.ask('postgres', () => findPendingMigrations(pool)),
        answer.ask('kafka', () => findTopics(config, stores.log)),
        answer.ask('temporal', async () => checkNamespace(await stores.temporal())),
      ]);
      const found = {
        dryRun: mutation.dryRun,
        migrations: migrations && { applied: [], ...migrations },
        topics,
        namespace,
      };
      const report = mutation.dryRun
        ? found
        : await carryOut({ config, mutation, answer, pool, log: stores.log }, found);
      const shown = { ...report, unavailable: answer.unavailable };
      if (context.output.json) context.output.data(shown);
      else context.output.line(renderMigrate(context.output, shown));
      if (mutation.dryRun) context.output.note('dry run: nothing was changed');
    }),
  );
  answer.assertComplete();
}

interface Parts {
  readonly config: Config;
  readonly mutation: Mutation;
  readonly answer: PartialAnswer;
  readonly pool: Pool;
  readonly log: Log;
}
type Found = Omit<MigrateReport, 'unavailable'>;

/** What is there already is looked at again all the same: another migrator may be at work. */
async function carryOut({ config, mutation, answer, pool, log }: Parts, plan: Found): Promise<Found> {
  await confirm(mutation, plan);
  const [ran, ensured] = await Promise.all([
    answer.ask('postgres', () => runMigrations(pool, log)),
    answer.ask('kafka', () => ensureTopics(config, log)),
  ]);
  const created = (ensured ?? []).filter(({ outcome }) => outcome === 'created').map(({ topic }) => topic);
  const applied = ran?.applied ?? [];
  if (applied.length + created.length > 0) {
    const result = { applied, created };
    await answer.ask('postgres', () => mutation.record(pool, { arguments: {}, result }));
  }
  return { ...plan, migrations: ran && { ...ran, pending: [] }, topics: ensured };
}

/** Outside production nobody is asked: every start of a deployment runs this. */
async function confirm(mutation: Mutation, { migrations, topics }: Found): Promise<void> {
  const pending = migrations?.pending.length ?? 0;
  const missing = topics?.filter(({ outcome }) => outcome === 'missing').length ?? 0;
  if (pending + missing === 0) return;
  await mutation.confirm({ what: `apply ${pending} migrations and create ${missing} topics`, single: true });
}

/** A connection of its own: a migration may take longer than any other statement. */
async function withMigrationPool(
  databaseUrl: string,
  { log }: Stores,
  work: (pool: Pool) => Promise<void>,
): Promise<void> {
  const pool = createPool(
    { url: databaseUrl, applicationName: 'ordersctl-migrate', max: 1, statementTimeoutMs: 0 },
    log,
  );
  try {
    await work(pool);
  } finally {
    await pool.end();
  }
}
