import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { processStartTime } from '../../src/core/config/stack-state.js';
import {
  isSameProcess,
  readProcesses,
  recordProcesses,
  signalProcess,
} from '../../src/dev/process-identity.js';
import { takeLock } from '../../src/dev/stack-lock.js';

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordersctl-lock-'));
  lock = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is held by one at a time, names the holder, and leaves no file when it is released', () => {
  const release = takeLock(lock);
  expect(() => takeLock(lock)).toThrow(`pid ${process.pid}`);
  release();
  expect(readdirSync(folder)).toEqual([]);
  takeLock(lock)();
});

it('is taken over from a process that is gone, even when its pid runs again as somebody else', () => {
  writeFileSync(lock, JSON.stringify({ pid: process.pid, startTime: '1' }));
  const release = takeLock(lock);
  expect(JSON.parse(readFileSync(lock, 'utf8'))).toEqual({
    pid: process.pid,
    startTime: processStartTime(process.pid),
  });
  release();
});

it('is taken over when what it says cannot be read', () => {
  writeFileSync(lock, '');
  takeLock(lock)();
  expect(readdirSync(folder)).toEqual([]);
});

it('knows processes by pid and start time, and signals no stranger', () => {
  const me = { pid: process.pid, startTime: processStartTime(process.pid) ?? '' };
  expect(isSameProcess(me)).toBe(true);
  const stranger = { ...me, startTime: '1' };
  expect(isSameProcess(stranger)).toBe(false);
  expect(signalProcess(stranger, 'SIGKILL')).toBe(false);
});

it('remembers the servers of a stack until there are none, and forgets what it cannot read', () => {
  const path = join(folder, 'processes.json');
  recordProcesses(path, [{ pid: 7, startTime: '8' }]);
  expect(readProcesses(path)).toEqual([{ pid: 7, startTime: '8' }]);
  recordProcesses(path, []);
  expect(readProcesses(path)).toEqual([]);
  writeFileSync(path, '[{"pid":-1}]');
  expect(readProcesses(path)).toEqual([]);
});
