/** Ports for the roles of a sale. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { AppError } from '../../core/errors.js';

/** Below what the kernel hands to outgoing connections, so that a role finds its port free again after a restart. */
const RANGE = { from: 24_000, to: 32_000 } as const;
const ATTEMPTS = 200;

/** @returns different ports that are free on loopback. @throws AppError UNAVAILABLE */
export async function findFreePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  for (let attempt = 0; attempt < ATTEMPTS && ports.size < count; attempt += 1) {
    const port = randomInt(RANGE.from, RANGE.to);
    if (await isFree(port)) ports.add(port);
  }
  if (ports.size === count) return [...ports];
  throw new AppError('UNAVAILABLE', `found no ${count} free ports between ${RANGE.from} and ${RANGE.to}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
