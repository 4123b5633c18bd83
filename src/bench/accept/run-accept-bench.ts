/** The benchmark of `POST /orders`: servers of its own, tables that survive a power cut, everything switched on. */
import { join } from 'node:path';
import { createPool, type Pool } from '../../core/postgres/create-pool.js';
import { createMachine } from '../../dev/machine.js';
import { createRandom } from '../load/random.js';
import { createTokens } from '../load/identify.js';
import { readBenchMachine } from '../report/bench-machine.js';
import { median, toRow } from '../report/bench-row.js';
import { ratios, type Rates } from '../report/in-turns.js';
import { openStack } from '../stack/open-stack.js';
import type { BenchParts } from '../report/bench-parts.js';
import { fillOrders } from './fill-orders.js';
import { closedLoad, openLoad } from './http-load.js';
import { startBenchProcesses } from './processes.js';
import type { AcceptRow, BenchReport } from './report.js';
import { measureRounds } from './rounds.js';
import { seedBench } from './seed-bench.js';
import { prepareRelayOff } from './relay-off.js';
import { createSubjects, RELAY_OFF, type Subject, SUBJECTS, type SubjectName } from './subjects.js';

export interface AcceptBenchOptions {
  /** The benchmark's own, emptied before and after. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly rounds: number;
  readonly secondsEach: number;
  readonly connections: number;
  /** Orders stored for P8; 0 leaves that row out. */
  readonly storedOrders: number;
  /** Measure also what the relay costs. */
  readonly relay: boolean;
}

const CUSTOMERS = 1_000;
/** Until the compiler has seen all of it. */
const WARM_UP_MS = 3_000;
const OPEN_SHARE = 1 / 3;
const OPEN_CONNECTIONS = 256;

/**
 * Takes about rounds × seconds × 7, and a minute or two for a million stored orders.
 * @throws AppError REFUSED when one runs in the folder, UNAVAILABLE, INTERNAL when a server answers what it should not
 */
export async function runAcceptBench(options: AcceptBenchOptions, parts: BenchParts): Promise<BenchReport> {
  const { lifecycle, voice, log } = parts;
  const { signal } = lifecycle;
  const at = new Date().toISOString();
  const machine = readBenchMachine();
  const { folder, env } = options;
  const stack = await openStack({ folder, env, what: 'benchmark' }, parts);
  const pool = createPool(
    { url: stack.env['DATABASE_URL'] ?? '', applicationName: 'ordersctl-bench', max: 2 },
    log,
  );
  lifecycle.own('postgres', () => pool.end());
  await seedBench(pool, stack, log);
  const processes = await startBenchProcesses({
    machine: createMachine(options.env, signal),
    relayOff: options.relay ? await prepareRelayOff(stack, log) : undefined,
    env: { ...stack.env, ORDERSCTL_HOST: '127.0.0.1', LOG_LEVEL: 'warn' },
    logFolder: join(options.folder, 'logs'),
    signal,
  });
  lifecycle.own('servers under test', () => processes.stop());
  const token = createTokens(stack.env['ORDERSCTL_JWT_SECRET'] ?? '');
  const tokens = Array.from({ length: CUSTOMERS }, (_, n) => token(`customer-${n}`));
  const subjects = createSubjects(processes.ports, tokens);

  const load = { connections: options.connections, signal };
  voice.status('warming up');
  const measured: readonly SubjectName[] = options.relay ? [...SUBJECTS, RELAY_OFF] : SUBJECTS;
  for (const name of measured) {
    await closedLoad({ ...load, ...subjects[name], durationMs: WARM_UP_MS });
  }
  const measure = (names: readonly SubjectName[], what: string): Promise<Rates<SubjectName>> =>
    measureRounds({
      ...load,
      subjects: names.map((name) => subjects[name]),
      rounds: options.rounds,
      durationMs: options.secondsEach * 1_000,
      onRound: (round) => voice.status(`${what}, round ${round} of ${options.rounds}`),
    });
  const rates = await measure(measured, 'closed model');
  voice.line('closed model measured');
  const open = await measureOpen(options, subjects.accept, median(rates.accept ?? []), parts);
  voice.line('open model measured');

  const rows: AcceptRow[] = [
    toRow('P1', 'accepted ÷ Express that parses and answers', 'ratio', ratios(rates, 'accept', 'express'), {
      atLeast: 1,
    }),
    toRow('P1b', 'accepted ÷ bare node:http', 'ratio', ratios(rates, 'accept', 'http'), { atLeast: 0.4 }),
    toRow('P2', 'batched ÷ one call per order', 'ratio', ratios(rates, 'accept', 'per-request'), {
      atLeast: 1.6,
    }),
    toRow('P3', 'sold out ÷ Express', 'ratio', ratios(rates, 'sold-out', 'express'), { atLeast: 1.3 }),
    toRow('P3 with key', 'sold out ÷ Express', 'ratio', ratios(rates, 'sold-out-key', 'express'), {
      atLeast: 1.3,
    }),
    toRow('P4 p50', '202 at a third of capacity', 'ms', open.p50, { atMost: 8 }),
    toRow('P4 p99', '202 at a third of capacity', 'ms', open.p99, { atMost: 18 }),
  ];
  if (options.relay) {
    const what = 'accepted ÷ the same without handing over to Kafka';
    rows.push(toRow('relay', what, 'ratio', ratios(rates, 'accept', RELAY_OFF), { atLeast: 0.8 }));
  }
  if (options.storedOrders > 0) {
    await storeOrders(pool, options.storedOrders, parts);
    const later = await measure(['express', 'accept'], 'with stored orders');
    const before = median(ratios(rates, 'accept', 'express'));
    const kept = ratios(later, 'accept', 'express').map((ratio) => ratio / before);
    rows.push(
      toRow('P8', `accepted with ${options.storedOrders} orders stored ÷ without`, 'ratio', kept, {
        atLeast: 0.9,
      }),
    );
  }
  return {
    schemaVersion: 1,
    at,
    machine,
    method: {
      rounds: options.rounds,
      secondsEach: options.secondsEach,
      connections: options.connections,
      storedOrders: options.storedOrders,
    },
    rates: Object.fromEntries(measured.map((name) => [name, Math.round(median(rates[name] ?? []))])),
    openModel: {
      ratePerSecond: Math.round(open.ratePerSecond),
      p50: median(open.p50),
      p99: median(open.p99),
    },
    rows,
  };
}

async function measureOpen(
  options: AcceptBenchOptions,
  subject: Subject,
  capacity: number,
  { lifecycle, voice }: BenchParts,
): Promise<{ ratePerSecond: number; p50: number[]; p99: number[] }> {
  const ratePerSecond = capacity * OPEN_SHARE;
  const p50: number[] = [];
  const p99: number[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    voice.status(`open model, round ${round + 1} of ${options.rounds}`);
    const { latency } = await openLoad({
      ...subject,
      connections: OPEN_CONNECTIONS,
      durationMs: options.secondsEach * 1_000,
      ratePerSecond,
      random: createRandom(round + 1),
      signal: lifecycle.signal,
    });
    p50.push(latency.percentile(0.5) ?? Number.NaN);
    p99.push(latency.percentile(0.99) ?? Number.NaN);
  }
  return { ratePerSecond, p50, p99 };
}

async function storeOrders(pool: Pool, count: number, { voice }: BenchParts): Promise<void> {
  await fillOrders(pool, count, (stored) => voice.status(`storing orders: ${stored} of ${count}`));
  voice.line(`${count} orders stored`);
}
