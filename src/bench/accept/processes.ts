/** The servers that are measured, each a process of its own, as in production. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hasSetpriv } from '../../dev/die-with-parent.js';
import type { Machine } from '../../dev/machine.js';
import type { ServiceProcess } from '../../dev/service-process.js';
import { findFreePorts } from '../stack/free-ports.js';
import { startProcess } from '../stack/start-process.js';
import { RELAY_OFF, type Ports } from './subjects.js';

export interface BenchProcesses {
  readonly ports: Ports;
  stop(): Promise<void>;
}

/** @throws AppError UNAVAILABLE with the end of the log of the one that does not become ready */
export async function startBenchProcesses(options: {
  readonly machine: Machine;
  readonly env: Readonly<Record<string, string>>;
  /** Of the server without relay, on top of `env`; undefined: it is not started. */
  readonly relayOff: Readonly<Record<string, string>> | undefined;
  readonly logFolder: string;
  readonly signal: AbortSignal;
}): Promise<BenchProcesses> {
  const { machine, env, relayOff: relayOffEnv, logFolder, signal } = options;
  const setpriv = await hasSetpriv(machine);
  mkdirSync(logFolder, { recursive: true });
  const [http = 0, express = 0, serve = 0, perRequest = 0, relayOff = 0, ...admin] = await findFreePorts(8);
  const [serveAdmin = 0, perRequestAdmin = 0, relayOffAdmin = 0] = admin;
  const running: ServiceProcess[] = [];

  async function start(
    name: string,
    args: readonly string[],
    port: number,
    adminPort: number,
    more: Readonly<Record<string, string>> = {},
  ) {
    const { process: started, ready } = startProcess({
      name,
      args,
      env: {
        ...env,
        ...more,
        NODE_ENV: 'production',
        PORT: String(port),
        ORDERSCTL_ADMIN_PORT: String(adminPort),
      },
      logFile: join(logFolder, `${name}.log`),
      isReady: () => answers(port),
      ...{ machine, setpriv, signal },
    });
    running.push(started);
    await ready;
  }

  const stop = async () => {
    await Promise.all(running.map((one) => one.stop(false)));
  };
  try {
    const reference = ['bench', 'reference'];
    await Promise.all([
      start('serve', ['serve'], serve, serveAdmin),
      start('per-request', [...reference, 'per-request'], perRequest, perRequestAdmin),
      start('http', [...reference, 'http'], http, 0),
      start('express', [...reference, 'express'], express, 0),
      relayOffEnv && start(RELAY_OFF, [...reference, RELAY_OFF], relayOff, relayOffAdmin, relayOffEnv),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ports: { http, express, serve, perRequest, relayOff }, stop };
}

/** Any answer will do: none of them listens before it can work. */
async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/orders`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{}',
      signal: AbortSignal.timeout(1_000),
    });
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
