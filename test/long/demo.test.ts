import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DemoReport } from '../../src/bench/demo/report.js';
import { runBinary, startBinary } from '../support/binary.js';
import { findProcesses } from '../support/find-processes.js';
import { waitFor } from '../support/wait-for.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordersctl-demo-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the demo', () => {
  it.each(['serve', 'consume', 'worker'])('passes with %s killed in mid-sale, within 90 s', async (role) => {
    const args = ['demo', '--json', '--kill', role];
    const { code, stdout } = await runBinary(args, { cwd: folder, timeoutMs: 180_000 });
    const report = JSON.parse(stdout) as DemoReport;
    expect(report.checks.filter((check) => !check.ok)).toEqual([]);
    expect(code).toBe(0);
    expect(report.killed?.role).toBe(role);
    expect(report.totalSeconds).toBeLessThan(90);
    expect(findProcesses(folder)).toEqual([]);
  });

  it('leaves everything running with --keep, where every command finds it, until dev down', async () => {
    const { code, stdout } = await runBinary(['demo', '--keep'], { cwd: folder, timeoutMs: 180_000 });
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('npx ordersctl dev down') as string,
    });
    const kept = join(folder, '.ordersctl/demo');
    expect((await runBinary(['audit'], { cwd: kept })).code).toBe(0);
    expect((await runBinary(['top', '--once'], { cwd: kept })).code).toBe(0);
    const second = await runBinary(['demo'], { cwd: folder });
    expect(second).toMatchObject({ code: 4, stderr: expect.stringContaining('a demo runs in') as string });
    expect(await runBinary(['dev', 'down'], { cwd: kept, timeoutMs: 60_000 })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('it left nothing behind') as string,
    });
    expect(findProcesses(folder)).toEqual([]);
    expect(existsSync(join(kept, '.ordersctl'))).toBe(false);
  });

  it('ends everything it has started when it is interrupted, with 130', async () => {
    const running = startBinary(['demo'], { cwd: folder });
    await waitFor(() => running.stderr().includes('opened   '), {
      timeoutMs: 60_000,
      what: 'the sale to begin',
    });
    const { code } = await running.stop('SIGINT', 60_000);
    expect(code).toBe(130);
    expect(findProcesses(folder)).toEqual([]);
    expect(existsSync(join(folder, '.ordersctl/demo/.ordersctl'))).toBe(false);
  });
});
