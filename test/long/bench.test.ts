import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BenchReport } from '../../src/bench/accept/report.js';
import type { OperatorsReport } from '../../src/bench/operators/report.js';
import type { TopBenchReport } from '../../src/bench/top/report.js';
import type { PipelineReport } from '../../src/bench/pipeline/report.js';
import type { StartUpReport } from '../../src/bench/start-up/run-start-up-bench.js';
import { runBinary } from '../support/binary.js';
import { findProcesses } from '../support/find-processes.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordersctl-bench-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('bench accept measures every row on servers of its own, and leaves none of them', async () => {
  const args = [
    'bench',
    'accept',
    '--rounds',
    '1',
    '--seconds',
    '1',
    '--stored',
    '60000',
    '--relay',
    '--json',
  ];
  const { code, stdout } = await runBinary(args, { cwd: folder, timeoutMs: 240_000 });
  expect(code).toBe(0);
  const report = JSON.parse(stdout) as BenchReport;
  expect(report.rows.map(({ row }) => row)).toEqual([
    ...['P1', 'P1b', 'P2', 'P3', 'P3 with key', 'P4 p50', 'P4 p99', 'relay', 'P8'],
  ]);
  for (const { value } of report.rows) expect(value).toBeGreaterThan(0);
  expect(report.openModel.ratePerSecond).toBeGreaterThan(0);
  expect(findProcesses(folder)).toEqual([]);
  expect(existsSync(join(folder, '.ordersctl/bench/.ordersctl'))).toBe(false);
});

it('bench pipeline measures every row with its ceiling, and leaves no server', async () => {
  const args = ['bench', 'pipeline', '--rounds', '1', '--orders', '100', '--seconds', '2', '--json'];
  const { code, stdout, stderr } = await runBinary(args, { cwd: folder, timeoutMs: 240_000 });
  expect(code, stderr).toBe(0);
  const report = JSON.parse(stdout) as PipelineReport;
  expect(report.rows.map(({ row }) => row)).toEqual(['P5 p50', 'P5 p99', 'P6', 'P7']);
  for (const { value } of report.rows) expect(value).toBeGreaterThan(0);
  for (const rate of Object.values(report.rates)) expect(rate).toBeGreaterThan(0);
  expect(findProcesses(folder)).toEqual([]);
  expect(existsSync(join(folder, '.ordersctl/bench/.ordersctl'))).toBe(false);
});

it('bench operators measures each command on servers of its own, and leaves no server', async () => {
  const args = ['bench', 'operators', '--rounds', '1', '--stored', '20000', '--json'];
  const { code, stdout, stderr } = await runBinary(args, { cwd: folder, timeoutMs: 240_000 });
  expect(code, stderr).toBe(0);
  const report = JSON.parse(stdout) as OperatorsReport;
  const commands = report.rows.map(({ row }) => row.split(' ')[0]);
  expect([...new Set(commands)]).toEqual(['list', 'inspect', 'replay', 'audit']);
  for (const { value } of report.rows) expect(value).toBeGreaterThan(0);
  const stores = new Set(report.times.flatMap(({ byStore }) => Object.keys(byStore)));
  expect([...stores].sort()).toEqual(['kafka', 'postgres', 'redis', 'temporal']);
  expect(findProcesses(folder)).toEqual([]);
  expect(existsSync(join(folder, '.ordersctl/bench/.ordersctl'))).toBe(false);
});

it('bench top measures what polling costs each store in both situations, and leaves no server', async () => {
  const args = ['bench', 'top', '--rounds', '1', '--stored', '20000', '--json'];
  const { code, stdout, stderr } = await runBinary(args, { cwd: folder, timeoutMs: 240_000 });
  expect(code, stderr).toBe(0);
  const report = JSON.parse(stdout) as TopBenchReport;
  expect(report.rows.map(({ row }) => row)).toEqual(
    ['a sale', 'backlog'].flatMap((situation) =>
      ['postgres', 'redis', 'kafka', 'temporal'].map((store) => `${store}, ${situation}`),
    ),
  );
  for (const { calls, tookMs } of report.polls) expect(Math.min(calls, tookMs)).toBeGreaterThan(0);
  expect(report.countingMicros).toBeGreaterThan(0);
  expect(findProcesses(folder)).toEqual([]);
  expect(existsSync(join(folder, '.ordersctl/bench/.ordersctl'))).toBe(false);
});

it('bench start-up compares help with the least there is, without any server', async () => {
  const args = ['bench', 'start-up', '--rounds', '1', '--runs', '2', '--json'];
  const { code, stdout, stderr } = await runBinary(args, { cwd: folder, timeoutMs: 60_000 });
  expect(code, stderr).toBe(0);
  const { rows, milliseconds } = JSON.parse(stdout) as StartUpReport;
  expect(rows.map(({ row }) => row)).toEqual(['P9']);
  for (const ms of Object.values(milliseconds)) expect(ms).toBeGreaterThan(0);
  expect(existsSync(join(folder, '.ordersctl'))).toBe(false);
});
