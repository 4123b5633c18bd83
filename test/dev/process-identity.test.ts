import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readProcesses, recordProcesses } from '../../src/dev/process-identity.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordersctl-processes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const server = (pid: number) => ({ pid, startTime: String(pid) });

it('replaces the record of servers as a whole, so that nobody reads half of one', () => {
  const path = join(folder, 'processes.json');
  recordProcesses(path, [server(1)]);
  // A reader that has opened it before the next record still reads the one before, all of it.
  const reading = openSync(path, 'r');
  recordProcesses(path, [server(1), server(2)]);
  expect(JSON.parse(readFileSync(reading, 'utf8'))).toEqual([server(1)]);
  closeSync(reading);
  expect(readProcesses(path)).toEqual([server(1), server(2)]);
});

it('leaves nothing behind when no server is left', () => {
  const path = join(folder, 'processes.json');
  recordProcesses(path, [server(1)]);
  recordProcesses(path, []);
  expect(readProcesses(path)).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});
