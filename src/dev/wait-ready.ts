/** Waits until a server answers its own protocol; an open port alone proves nothing. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { connect } from 'node:net';
import { AppError } from '../core/errors.js';
import type { Service } from './service.js';
import type { ServiceProcess } from './service-process.js';

const READY_TIMEOUT_MS = 90_000;
const POLL_MS = 25;
const LOG_LINES = 20;
const LOG_BYTES = 16_384;

export interface Awaited {
  readonly service: Service;
  readonly address: string;
  readonly port: number;
  readonly process: ServiceProcess;
  readonly logFile: string;
}

/** @throws AppError UNAVAILABLE with the last lines of the log when the server ends or does not answer in time */
export async function waitReady(awaited: Awaited, signal: AbortSignal): Promise<void> {
  const { service, process } = awaited;
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let lastError: unknown;
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    if (process.hasEnded()) throw didNotStart(awaited, `it ${await process.ended}`);
    try {
      // First the port: clients back off for a second or more after a refused connection.
      await openPort(awaited.port);
      await service.probe(awaited.address);
      return;
    } catch (error) {
      lastError = error;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const why = lastError instanceof Error ? lastError.message : String(lastError);
  throw didNotStart(awaited, `no answer within ${READY_TIMEOUT_MS / 1_000} s (${why})`);
}

function openPort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}

function didNotStart({ service, logFile }: Awaited, what: string): AppError {
  const lines = lastLines(logFile, LOG_LINES);
  const said = lines.length === 0 ? 'its log is empty' : `the end of its log:\n    ${lines.join('\n    ')}`;
  return new AppError('UNAVAILABLE', `${service.name} did not start: ${what}; ${said}`, {
    hint: `The whole log is ${logFile}. Data of another version? ordersctl dev reset begins anew`,
  });
}

/** The end of a file that may be large; empty when it cannot be read. */
export function lastLines(path: string, count: number): string[] {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const buffer = Buffer.alloc(Math.min(size, LOG_BYTES * Math.max(1, Math.ceil(count / LOG_LINES))));
      readSync(file, buffer, 0, buffer.length, size - buffer.length);
      return buffer
        .toString('utf8')
        .trimEnd()
        .split('\n')
        .filter((line) => line !== '')
        .slice(-count);
    } finally {
      closeSync(file);
    }
  } catch {
    return [];
  }
}
