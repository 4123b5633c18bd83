/** The whole local stack: PostgreSQL, Redis, Kafka and Temporal, found, started, migrated, and ended together. */
import { rmSync } from 'node:fs';
import { processStartTime, type StackState } from '../core/config/stack-state.js';
import { assertDiskSpace } from './disk-space.js';
import { endProcesses } from './end-processes.js';
import { installServices } from './install-services.js';
import { createMachine } from './machine.js';
import { migrateStack } from './migrate-stack.js';
import { areTaken, assertPortsFree, choosePorts, portNamesOf } from './ports.js';
import { readProcesses } from './process-identity.js';
import { resolveServices, type Mode } from './resolve-services.js';
import { SERVICES } from './services/all.js';
import { ADDRESS_VARIABLE, SERVICE_NAMES, type ServiceName } from './service-names.js';
import { takeLock } from './stack-lock.js';
import type { ReportProgress } from './stack-progress.js';
import { startServices, type Runnable, type RunningServices, type StartContext } from './start-services.js';
import { openStateFolder, outsideFolder, type StateFolder } from './state-folder.js';

export interface StackOptions {
  /** The folder that holds `.ordersctl/`; never read for configuration. */
  readonly folder: string;
  /** The caller's environment: where programs are found. Addresses of servers in it are ignored. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Added to the standard ports; auto takes free ones. */
  readonly ports: number | 'auto';
  /** Thrown away by `stop`: faster to start and end, and not safe against a power cut. */
  readonly ephemeral?: boolean;
  /** Kafka and Temporal get the processor when the gatekeeper leaves it free. Default false: all compete alike. */
  readonly giveWay?: boolean;
  readonly mode?: Mode;
  /** Servers that run already: a URL, or host:port. */
  readonly attach?: Readonly<Partial<Record<ServiceName, string>>>;
  /** Creates tables and topics. Default true. */
  readonly migrate?: boolean;
  readonly report?: ReportProgress;
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal;
}

export interface Stack {
  readonly state: StackState;
  /** DATABASE_URL REDIS_URL KAFKA_BROKERS TEMPORAL_ADDRESS ORDERSCTL_JWT_SECRET ORDERSCTL_PAYMENTS */
  readonly env: Readonly<Record<string, string>>;
  /** Names its line for commands (`controlSocketOf`). */
  readonly stackId: string;
  /**
   * Kills a server and starts it again; resolves when it answers. One at a time.
   * @throws AppError REFUSED for a server that is not a process of this stack, UNAVAILABLE
   */
  restart(service: ServiceName): Promise<void>;
  /** Ends the servers and removes the state; an ephemeral stack leaves nothing at all. Safe to call again. */
  stop(): Promise<void>;
}

/** How often free ports are chosen anew when somebody took one between the choice and the start. */
const AUTO_PORT_ATTEMPTS = 3;

/**
 * The servers live no longer than the calling process, however that ends.
 * @throws AppError UNAVAILABLE (a server cannot be had or does not start), REFUSED (ports taken, stack being started);
 * nothing is left running
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const signal = options.signal ?? new AbortController().signal;
  const machine = createMachine(options.env, signal);
  const report = options.report ?? (() => undefined);
  const ephemeral = options.ephemeral ?? false;
  const folder = openStateFolder(machine, options.folder, { ephemeral });
  const release = takeLock(folder.lockFile);
  try {
    // What a crash has left, where no kernel ended it for us.
    await endProcesses(readProcesses(folder.processesFile), 5_000);
    assertDiskSpace(folder.root);
    const wanted = SERVICE_NAMES.map((name) => SERVICES[name]);
    const resolutions = await resolveServices(machine, wanted, {
      mode: options.mode ?? 'auto',
      attach: options.attach ?? {},
    });
    for (const { service, how, why } of resolutions)
      report({ phase: 'resolve', service: service.name, text: `${how}: ${why}` });
    const runnables = await installServices(machine, resolutions, report);
    signal.throwIfAborted();
    const running = await startOnFreePorts(runnables, options.ports, {
      machine,
      folder,
      ephemeral,
      giveWay: options.giveWay ?? false,
      report,
      signal,
    });
    try {
      const env = environmentOf(running, folder);
      if (options.migrate ?? true) await migrate(env, report);
      let state = stateOf(running.services, env);
      folder.writeState(state);
      const restart = async (service: ServiceName) => {
        const { pid } = await running.restart(service);
        const services = state.services.map((one) => (one.name === service ? { ...one, pid } : one));
        state = { ...state, services };
        folder.writeState(state);
      };
      return {
        state,
        env,
        stackId: folder.stackId,
        restart: inTurn(restart),
        stop: once(() => stopStack(running, folder, ephemeral, release)),
      };
    } catch (error) {
      await running.stop();
      throw error;
    }
  } catch (error) {
    release();
    throw error;
  }
}

async function startOnFreePorts(
  runnables: readonly Runnable[],
  wanted: number | 'auto',
  context: Omit<StartContext, 'ports'>,
): Promise<RunningServices> {
  const names = portNamesOf(runnables.filter((one) => one.how !== 'attach').map((one) => one.service.name));
  for (let attempt = 1; ; attempt += 1) {
    const ports = await choosePorts(wanted);
    await assertPortsFree(context.machine, ports, names);
    try {
      return await startServices(runnables, { ...context, ports });
    } catch (error) {
      if (wanted !== 'auto' || attempt >= AUTO_PORT_ATTEMPTS || !(await areTaken(ports, names))) throw error;
    }
  }
}

async function migrate(env: Readonly<Record<string, string>>, report: ReportProgress): Promise<void> {
  const started = performance.now();
  const text = await migrateStack(env);
  report({ phase: 'migrate', text, elapsedMs: performance.now() - started });
}

function environmentOf(running: RunningServices, folder: StateFolder): Record<string, string> {
  const addresses = running.services.map(({ name, address }) => [ADDRESS_VARIABLE[name], address] as const);
  return {
    ...(Object.fromEntries(addresses) as Record<string, string>),
    ORDERSCTL_JWT_SECRET: folder.jwtSecret,
    ORDERSCTL_PAYMENTS: 'simulated',
  };
}

function stateOf(services: RunningServices['services'], env: Record<string, string>): StackState {
  return {
    schemaVersion: 1,
    supervisorPid: process.pid,
    supervisorStartTime: processStartTime(process.pid) ?? '',
    startedAt: new Date().toISOString(),
    services: services.map(({ name, how, process: child, port }) => ({
      name,
      mode: how,
      pid: child?.pid ?? null,
      port,
    })),
    env,
  };
}

async function stopStack(
  running: RunningServices,
  folder: StateFolder,
  ephemeral: boolean,
  release: () => void,
): Promise<void> {
  folder.removeState();
  await running.stop();
  if (ephemeral) {
    rmSync(folder.root, { recursive: true, force: true });
    rmSync(outsideFolder(folder.stackId), { recursive: true, force: true });
  }
  release();
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}

/** Two that are asked for at once would meet the same process. */
function inTurn(work: (service: ServiceName) => Promise<void>): (service: ServiceName) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (service) => {
    const next = last.then(() => work(service));
    last = next.catch(() => undefined);
    return next;
  };
}
