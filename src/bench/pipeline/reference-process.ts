/** The worker of the reference workflow as a process of its own, as `worker` is one. */
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { hasSetpriv } from '../../dev/die-with-parent.js';
import type { Machine } from '../../dev/machine.js';
import type { ServiceProcess } from '../../dev/service-process.js';
import { startProcess } from '../stack/start-process.js';
import { runReferenceOnce } from './subjects.js';

const PROBE_MS = 2_000;

/** Resolves when it works. @throws AppError UNAVAILABLE with the end of its log when it does not */
export async function startReferenceProcess(options: {
  readonly machine: Machine;
  readonly env: Readonly<Record<string, string>>;
  readonly logFolder: string;
  readonly client: Client;
  readonly signal: AbortSignal;
}): Promise<ServiceProcess> {
  const { machine, env, logFolder, client, signal } = options;
  const { process, ready } = startProcess({
    name: 'reference worker',
    args: ['bench', 'reference', 'saga'],
    env,
    logFile: join(logFolder, 'reference-worker.log'),
    isReady: () => runReferenceOnce(client, PROBE_MS),
    setpriv: await hasSetpriv(machine),
    ...{ machine, signal },
  });
  await ready.catch(async (error: unknown) => {
    await process.stop(true);
    throw error;
  });
  return process;
}
