import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import { createSilentLog } from '../../../src/core/log.js';
import { TOPICS } from '../../../src/core/names.js';
import { createPool } from '../../../src/core/postgres/create-pool.js';
import { databaseUrlOf, dropDatabase } from '../../support/database.js';
import { withAdmin } from '../../support/with-admin.js';
import { runCommand, runJson } from '../run-command.js';

const stack = inject('stack');
const name = `t_${stack.runId}_migrate_${randomBytes(2).toString('hex')}`;
const env = {
  DATABASE_URL: databaseUrlOf(stack, name),
  KAFKA_BROKERS: stack.kafkaBrokers,
  TEMPORAL_ADDRESS: stack.temporalAddress,
  ORDERSCTL_PREFIX: name.replaceAll('_', '-'),
  ORDERSCTL_KAFKA_PARTITIONS: '2',
};

interface Migrated {
  readonly migrations: { readonly applied: string[]; readonly alreadyApplied: number } | null;
  readonly topics: { readonly topic: string; readonly outcome: string; readonly partitions: number }[] | null;
  readonly namespace: { readonly namespace: string } | null;
  readonly unavailable: { readonly store: string }[];
}

interface Planned {
  readonly migrations: { readonly applied: string[]; readonly pending: string[] } | null;
  readonly topics: { readonly outcome: string }[] | null;
}

describe('migrate', () => {
  beforeAll(() => withAdmin(stack, async (client) => void (await client.query(`create database ${name}`))));
  afterAll(() => dropDatabase(stack, name, 5_000));

  it('shows in a dry run what is missing, also in an empty database, and changes nothing', async () => {
    const looked = await runJson<Planned>(['migrate', '--dry-run'], { env });
    expect(looked.migrations?.pending[0]).toBe('0001-tables');
    expect(looked.migrations?.applied).toEqual([]);
    expect(looked.topics?.every(({ outcome }) => outcome === 'missing')).toBe(true);
    expect(await runJson<Planned>(['migrate', '--dry-run'], { env })).toEqual(looked);
  });

  it('is refused in a read-only place and, without a reason, in production', async () => {
    const readOnly = await runCommand(['migrate'], { env: { ...env, ORDERSCTL_READ_ONLY: '1' } });
    expect(readOnly.code).toBe(EXIT.refused);
    const production = { env: { ...env, ORDERSCTL_PRODUCTION: '1' } };
    expect((await runCommand(['migrate'], production)).code).toBe(EXIT.refused);
    expect((await runCommand(['migrate', '--reason', 'deploy', '--yes'], production)).stderr).toContain(
      '--confirm "production"',
    );
  });

  it('applies each migration once when three processes start it at once', async () => {
    const results = await Promise.all([1, 2, 3].map(() => runJson<Migrated>(['migrate'], { env })));
    const applied = results.flatMap((result) => result.migrations?.applied ?? []);
    expect(applied.length).toBeGreaterThan(0);
    expect(new Set(applied).size).toBe(applied.length);
    for (const { migrations, topics, namespace, unavailable } of results) {
      expect((migrations?.applied.length ?? 0) + (migrations?.alreadyApplied ?? 0)).toBe(applied.length);
      expect(topics?.map(({ topic, partitions }) => [topic, partitions]).sort()).toEqual(
        Object.values(TOPICS).map((topic) => [topic, 2]).sort(), // prettier-ignore
      );
      expect(namespace).toMatchObject({ namespace: 'default' });
      expect(unavailable).toEqual([]);
    }
  });

  it('has told who did what', async () => {
    const pool = createPool(
      { url: env.DATABASE_URL, applicationName: 'ordersctl-test', max: 1 },
      createSilentLog(),
    );
    const { rows } = await pool.query<{ applied: string[]; created: string[] }>(
      `select result->'applied' as applied, result->'created' as created from operator_actions where command = 'migrate'`,
    );
    await pool.end();
    expect(rows.flatMap(({ applied }) => applied)).toContain('0001-tables');
    expect(new Set(rows.flatMap(({ created }) => created)).size).toBe(Object.values(TOPICS).length);
  });

  it('has nothing to do the second time, and says so', async () => {
    const result = await runCommand(['migrate'], { env });
    expect(result.code).toBe(EXIT.ok);
    expect(result.stdout).toMatch(/^tables +up to date/m);
    expect(result.stdout).toMatch(/^topics +all 7 exist/m);
    expect(result.stdout).toMatch(/^namespace +default/m);
  });

  it('does what it can when a server is away, and exits 5', async () => {
    const result = await runCommand(['migrate', '--json'], { env: { ...env, KAFKA_BROKERS: '127.0.0.1:1' } });
    expect(result.code).toBe(EXIT.unreachable);
    expect(JSON.parse(result.stdout)).toMatchObject({
      migrations: { applied: [] },
      topics: null,
      namespace: { namespace: 'default' },
      unavailable: [{ store: 'kafka' }],
    });
    expect(JSON.parse(result.stderr)).toMatchObject({ error: { code: 'UNAVAILABLE', retryable: true } });
  });

  it('names a Temporal namespace that does not exist', async () => {
    const result = await runCommand(['migrate'], { env: { ...env, TEMPORAL_NAMESPACE: 'nowhere' } });
    expect(result.code).toBe(EXIT.usage);
    expect(result.stderr).toContain('TEMPORAL_NAMESPACE');
  });
});
