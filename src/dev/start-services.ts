/** Starts the servers side by side and waits until each answers; on the first failure everything is ended again. */
import { AppError } from '../core/errors.js';
import { recordProcesses } from './process-identity.js';
import { containerName, dockerLaunch, pullImage, removeContainer } from './docker.js';
import { hasSetpriv } from './die-with-parent.js';
import type { Machine } from './machine.js';
import type { Resolution } from './resolve-services.js';
import { addressOf, type Ports, type ServiceName } from './service-names.js';
import type { Launch, Site } from './service.js';
import { startService, type ServiceProcess } from './service-process.js';
import type { ReportProgress } from './stack-progress.js';
import type { StateFolder } from './state-folder.js';
import { waitReady } from './wait-ready.js';

/** Resolved and, if need be, installed. */
export type Runnable = Exclude<Resolution, { how: 'install' }>;

export interface RunningService {
  readonly name: ServiceName;
  readonly how: Runnable['how'];
  readonly address: string;
  readonly port: number;
  /** Absent for an attached server, which is not ours to end. */
  readonly process?: ServiceProcess;
}

export interface RunningServices {
  readonly services: readonly RunningService[];
  /**
   * Kills a server of ours with SIGKILL and starts it again on the same port and data; resolves with its new process when
   * it answers.
   * @throws AppError REFUSED for one that is not ours or runs in a container; UNAVAILABLE when it does not come back
   */
  restart(name: ServiceName): Promise<ServiceProcess>;
  /** Ends all that are ours. Safe to call again. */
  stop(): Promise<void>;
}

export interface StartContext {
  readonly machine: Machine;
  readonly folder: StateFolder;
  readonly ports: Ports;
  readonly ephemeral: boolean;
  /** Servers that work behind the gatekeeper give way to it. */
  readonly giveWay: boolean;
  readonly report: ReportProgress;
  readonly signal: AbortSignal;
}

/** @throws AppError UNAVAILABLE when one does not start; then none is left running */
export async function startServices(
  runnables: readonly Runnable[],
  context: StartContext,
): Promise<RunningServices> {
  const { machine, folder, ephemeral } = context;
  const setpriv = await hasSetpriv(machine);
  const processes = new Set<ServiceProcess>();
  /** Ended by us, so nobody is told. */
  const expected = new WeakSet<ServiceProcess>();
  const running = new Map<ServiceName, ServiceProcess>();
  const failed = new AbortController();
  let stopping = false;
  const signal = AbortSignal.any([context.signal, failed.signal]);

  async function stop(): Promise<void> {
    stopping = true;
    // Also a restart that is under way.
    failed.abort();
    await Promise.all([...processes].map((process) => process.stop(ephemeral)));
    for (const one of runnables) {
      if (one.how === 'docker')
        await removeContainer(machine, one.docker, containerName(folder.stackId, one.service));
    }
    processes.clear();
    recordProcesses(folder.processesFile, []);
  }

  async function restart(name: ServiceName): Promise<ServiceProcess> {
    const one = runnables.find(({ service }) => service.name === name);
    const process = running.get(name);
    if (one?.how !== 'native' || process === undefined) {
      throw new AppError('REFUSED', `${name} is not a process of this stack (${one?.how ?? 'unknown'})`, {
        hint: 'Only servers that were started from programs of this machine can be killed and started again',
      });
    }
    expected.add(process);
    await process.kill();
    processes.delete(process);
    const { process: next } = await start(one);
    return next ?? process;
  }

  async function start(one: Runnable): Promise<RunningService> {
    const { name } = one.service;
    if (one.how === 'attach') return attach(one, context.report);
    const started = performance.now();
    const site: Site = { dataFolder: folder.dataOf(name), ports: context.ports, ephemeral };
    const launch = await makeReady(one, site, context);
    signal.throwIfAborted();
    const logFile = folder.logOf(name);
    const inBackground = context.giveWay && launch.inBackground === true;
    const process = startService({ ...launch, inBackground }, { logFile, env: machine.env, setpriv });
    processes.add(process);
    running.set(name, process);
    recordProcesses(folder.processesFile, [...processes]);
    const address = addressOf(name, context.ports);
    const port = context.ports[name];
    await waitReady({ service: one.service, address, port, process, logFile }, signal);
    context.report({ phase: 'ready', service: name, text: address, elapsedMs: performance.now() - started });
    void process.ended.then((how) => {
      if (!stopping && !expected.has(process))
        context.report({ phase: 'ended', service: name, text: `${how}; its log is ${logFile}` });
    });
    return { name, how: one.how, address, port, process };
  }

  const starts = runnables.map(start);
  try {
    const services = await Promise.all(starts);
    return { services, restart, stop };
  } catch (error) {
    failed.abort();
    await Promise.allSettled(starts);
    await stop();
    throw error;
  }
}

async function attach(
  one: Extract<Runnable, { how: 'attach' }>,
  report: ReportProgress,
): Promise<RunningService> {
  const started = performance.now();
  await one.service.probe(one.address);
  const { name } = one.service;
  report({ phase: 'ready', service: name, text: 'attached', elapsedMs: performance.now() - started });
  return { name, how: 'attach', address: one.address, port: portOf(one.address) };
}

/** Of a URL or of the first of several host:port. */
function portOf(address: string): number {
  return Number(/:(\d+)(?=[/,?]|$)/.exec(address)?.[1] ?? 0);
}

async function makeReady(
  one: Exclude<Runnable, { how: 'attach' }>,
  site: Site,
  context: StartContext,
): Promise<Launch> {
  const { machine, folder, report } = context;
  const { name } = one.service;
  if (one.how === 'native') {
    report({ phase: 'start', service: name, text: `${one.program.why}` });
    await one.program.prepare(site);
    return one.program.launch(site);
  }
  const { image } = one.service.docker(site);
  report({ phase: 'start', service: name, text: `docker image ${image}` });
  await pullImage(machine, one.docker, image);
  await removeContainer(machine, one.docker, containerName(folder.stackId, one.service));
  return dockerLaunch(one.docker, folder.stackId, one.service, site);
}
