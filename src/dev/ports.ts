/** Chooses and checks the ports of a stack before anything is started. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { AppError } from '../core/errors.js';
import type { Machine } from './machine.js';
import { findPortOwner } from './port-owner.js';
import {
  PORT_NAMES,
  PORT_OWNER,
  portsAt,
  type PortName,
  type Ports,
  type ServiceName,
} from './service-names.js';

/**
 * Free bases are looked for where all ports stay below 32768: above, the kernel hands ports to outgoing connections,
 * and one of those could take ours between the check and the start.
 */
const AUTO_BASES = { from: 10_800, to: 23_500 } as const;
const AUTO_ATTEMPTS = 50;

/** Ports at a base, or at a random base where all are free. @throws AppError UNAVAILABLE when none is found */
export async function choosePorts(base: number | 'auto'): Promise<Ports> {
  if (base !== 'auto') return portsAt(base);
  for (let attempt = 0; attempt < AUTO_ATTEMPTS; attempt += 1) {
    const ports = portsAt(randomInt(AUTO_BASES.from, AUTO_BASES.to));
    if (!(await areTaken(ports, PORT_NAMES))) return ports;
  }
  throw new AppError('UNAVAILABLE', 'found no free ports', { hint: 'Choose some yourself with --port-base' });
}

/** The names of the ports that the given services will listen on. */
export function portNamesOf(services: readonly ServiceName[]): PortName[] {
  return PORT_NAMES.filter((name) => services.includes(PORT_OWNER[name]));
}

/** @throws AppError REFUSED naming every port that is taken, and by whom */
export async function assertPortsFree(
  machine: Machine,
  ports: Ports,
  names: readonly PortName[],
): Promise<void> {
  const taken = await takenPorts(ports, names);
  if (taken.length === 0) return;
  const lines = await Promise.all(
    taken.map(async (name) => {
      const owner = await findPortOwner(machine, ports[name]);
      return `${ports[name]} (for ${PORT_OWNER[name]}): ${owner ? `pid ${owner.pid}, ${owner.command}` : 'a process that cannot be seen from here'}`;
    }),
  );
  throw new AppError('REFUSED', `ports are taken, nothing was started:\n  ${lines.join('\n  ')}`, {
    hint: 'End what holds them, or choose others: ordersctl dev up --port-base auto',
  });
}

/** True when somebody listens on any of them. */
export async function areTaken(ports: Ports, names: readonly PortName[]): Promise<boolean> {
  return (await takenPorts(ports, names)).length > 0;
}

async function takenPorts(ports: Ports, names: readonly PortName[]): Promise<PortName[]> {
  const free = await Promise.all(names.map((name) => isFree(ports[name])));
  return names.filter((_name, index) => !free[index]);
}

/** Somebody on 0.0.0.0 or on loopback, either protocol, makes it taken. */
async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '::'));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    // A machine without IPv6 cannot have the port taken there.
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code !== 'EADDRINUSE' && error.code !== 'EACCES'),
    );
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
