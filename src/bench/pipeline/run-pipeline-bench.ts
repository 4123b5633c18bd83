/** The benchmark from the 202 to the confirmed order: servers of its own, real roles, and the barest ways to compare with. */
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { configSchema } from '../../core/config/schema.js';
import { ROLES } from '../../core/names.js';
import { createPool } from '../../core/postgres/create-pool.js';
import { createTemporalClient } from '../../core/temporal/create-temporal-client.js';
import { createMachine } from '../../dev/machine.js';
import { seedBench } from '../accept/seed-bench.js';
import { createRoles } from '../rehearse/roles.js';
import { createApiClient } from '../load/http-client.js';
import { createRandom } from '../load/random.js';
import { signTokens } from '../load/identify.js';
import { readBenchMachine } from '../report/bench-machine.js';
import type { BenchParts } from '../report/bench-parts.js';
import { median, toRow } from '../report/bench-row.js';
import { measureInTurns, ratios } from '../report/in-turns.js';
import { openStack } from '../stack/open-stack.js';
import { createBenchBuyers, type BenchBuyers } from './buyers.js';
import type { PipelineReport } from './report.js';
import { startReferenceProcess } from './reference-process.js';
import { measureStartDelay } from './start-delay.js';
import { createSubjects, SUBJECTS, type Subject, type SubjectName } from './subjects.js';

export interface PipelineBenchOptions {
  /** The benchmark's own, emptied before and after. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly rounds: number;
  readonly ordersEach: number;
  readonly secondsEach: number;
}

/** P5 is promised at this rate. */
const RATE_PER_SECOND = 50;
/** Of each subject before it is measured: until the compiler has seen all of it. */
const WARM_UP_ORDERS = 200;
/** More of them, since they are fast: several chunks of every partition, or the first ones would be all there is. */
const STARTS_PER_ORDER = 3;
const WARM_UP_MS = 3_000;

/**
 * Takes some minutes.
 * @throws AppError REFUSED when one runs in the folder, UNAVAILABLE when something does not start or get on, INTERNAL
 *   when an order is not accepted
 */
export async function runPipelineBench(
  options: PipelineBenchOptions,
  parts: BenchParts,
): Promise<PipelineReport> {
  const { lifecycle, voice, log } = parts;
  const { signal } = lifecycle;
  const { folder, env, rounds, ordersEach, secondsEach } = options;
  const at = new Date().toISOString();
  const benchMachine = readBenchMachine();
  const stack = await openStack({ folder, env, what: 'benchmark' }, parts);
  const config = configSchema.parse({ temporalAddress: stack.env['TEMPORAL_ADDRESS'] });
  const pool = createPool(
    { url: stack.env['DATABASE_URL'] ?? '', applicationName: 'ordersctl-bench', max: 2 },
    log,
  );
  lifecycle.own('postgres', () => pool.end());
  const temporal = await createTemporalClient(config);
  lifecycle.own('temporal client', () => temporal.close());
  const { client } = temporal;
  await seedBench(pool, stack, log);
  const processes = {
    machine: createMachine(env, signal),
    env: { ...stack.env, ORDERSCTL_HOST: '127.0.0.1', LOG_LEVEL: 'warn' },
    logFolder: join(folder, 'logs'),
    signal,
  };
  const roles = await createRoles(processes);
  lifecycle.own('roles', () => roles.stop());
  // Nobody gives way: what they are compared with does not either.
  await Promise.all(ROLES.map((role) => roles.start(role, false)));
  const api = createApiClient(...roles.apis);
  lifecycle.own('buyers', () => api.close());
  const buyers = createBenchBuyers(api, signTokens(stack.env['ORDERSCTL_JWT_SECRET'] ?? ''));
  const subjects = createSubjects({ client, buyers, concurrency: config.consumeConcurrency, signal });

  const measure = async (names: readonly SubjectName[], orders: number, what: string) => {
    for (const name of names) {
      voice.status(`${what}: warming up`);
      await subjects[name].measure(WARM_UP_ORDERS);
    }
    const measured = await measureInTurns<SubjectName, Subject>(
      {
        subjects: names.map((name) => subjects[name]),
        rounds,
        onRound: (round) => voice.status(`${what}, round ${round} of ${rounds}`),
      },
      (subject) => subject.measure(orders),
    );
    voice.line(`${what} measured`);
    return measured;
  };

  const reference = await startReferenceProcess({ ...processes, client });
  lifecycle.own('reference worker', () => reference.stop(true));
  const through = await measure(['pipeline', 'reference-saga'], ordersEach, 'confirmations');
  await reference.stop(false);

  // At that rate sagas take all of two cores by themselves. In production worker has a machine of its own.
  await roles.kill('worker');
  await roles.start('worker', true);
  const delays = await measureDelays({ client, buyers, rounds, secondsEach }, parts);

  // Last, since nobody is left to run what is only started.
  await roles.kill('worker');
  const starts = await measure(['consume', 'client-loop'], ordersEach * STARTS_PER_ORDER, 'starts');

  const rates = { ...starts, ...through };
  const what = `202 to saga started at ${RATE_PER_SECOND} orders/s`;
  return {
    schemaVersion: 1,
    at,
    machine: benchMachine,
    method: {
      rounds,
      ordersEach,
      secondsEach,
      concurrency: config.consumeConcurrency,
      ratePerSecond: RATE_PER_SECOND,
    },
    rates: Object.fromEntries(
      SUBJECTS.map((name) => [name, Math.round(median(rates[name] ?? []))]),
    ) as Record<SubjectName, number>,
    rows: [
      toRow('P5 p50', what, 'ms', delays.p50, { atMost: 50 }),
      toRow('P5 p99', what, 'ms', delays.p99, { atMost: 250 }),
      toRow(
        'P6',
        'sagas started by consume ÷ bare client loop',
        'ratio',
        ratios(rates, 'consume', 'client-loop'),
        {
          atLeast: 0.85,
        },
      ),
      toRow(
        'P7',
        'orders confirmed ÷ three empty steps',
        'ratio',
        ratios(rates, 'pipeline', 'reference-saga'),
        {
          atLeast: 0.7,
        },
      ),
    ],
  };
}

async function measureDelays(
  options: { client: Client; buyers: BenchBuyers; rounds: number; secondsEach: number },
  { voice, lifecycle }: BenchParts,
): Promise<{ p50: number[]; p99: number[] }> {
  const { client, buyers, rounds, secondsEach } = options;
  const { signal } = lifecycle;
  const run = (round: number, durationMs: number) =>
    measureStartDelay({
      ...{ client, buyers, durationMs, signal },
      ratePerSecond: RATE_PER_SECOND,
      random: createRandom(round),
    });
  const delays = { p50: [] as number[], p99: [] as number[] };
  await run(0, WARM_UP_MS);
  for (let round = 1; round <= rounds; round += 1) {
    voice.status(`from 202 to saga, round ${round} of ${rounds}`);
    const latency = await run(round, secondsEach * 1_000);
    delays.p50.push(latency.percentile(0.5) ?? Number.NaN);
    delays.p99.push(latency.percentile(0.99) ?? Number.NaN);
  }
  voice.line('from 202 to saga measured');
  return delays;
}
