/** serve, consume and worker as processes of their own, which end with this one, can be killed and started again. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROLES, type Role } from '../../core/names.js';
import { hasSetpriv } from '../../dev/die-with-parent.js';
import type { Machine } from '../../dev/machine.js';
import type { ServiceProcess } from '../../dev/service-process.js';
import { findFreePorts } from '../stack/free-ports.js';
import { startProcess } from '../stack/start-process.js';

const PROBE_TIMEOUT_MS = 1_000;

export interface Roles {
  /** Origin of the API, the same after a restart of serve. */
  readonly api: string;
  /**
   * @param giveWay it gets the processor when the others leave it free. Default true but for serve, whom buyers wait for
   * @throws AppError UNAVAILABLE with the end of the role's log when it does not become ready
   */
  start(role: Role, giveWay?: boolean): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(role: Role): Promise<void>;
  /** Drains all of them. */
  stop(): Promise<void>;
  /** Roles that ended though nobody had asked them to, in words. */
  crashes(): readonly string[];
}

export interface RolesOptions {
  readonly machine: Machine;
  /** Configuration of the roles; nothing else reaches them. */
  readonly env: Readonly<Record<string, string>>;
  readonly logFolder: string;
  readonly signal: AbortSignal;
}

export async function createRoles({ machine, env, logFolder, signal }: RolesOptions): Promise<Roles> {
  const [apiPort = 0, ...adminPorts] = await findFreePorts(1 + ROLES.length);
  const adminPortOf = (role: Role) => adminPorts[ROLES.indexOf(role)] ?? 0;
  const setpriv = await hasSetpriv(machine);
  const running = new Map<Role, ServiceProcess>();
  const crashed: string[] = [];
  const logOf = (role: Role) => join(logFolder, `${role}.log`);
  mkdirSync(logFolder, { recursive: true });
  for (const role of ROLES) rmSync(logOf(role), { force: true });

  async function start(role: Role, giveWay = role !== 'serve'): Promise<void> {
    // Once the end has begun nothing is started that it would not see.
    signal.throwIfAborted();
    const { process: started, ready } = startProcess({
      name: role,
      args: [role],
      env: { ...env, PORT: String(apiPort), ORDERSCTL_ADMIN_PORT: String(adminPortOf(role)) },
      inBackground: giveWay,
      logFile: logOf(role),
      isReady: () => isReady(adminPortOf(role)),
      ...{ machine, setpriv, signal },
    });
    running.set(role, started);
    void started.ended.then((how) => {
      if (running.get(role) !== started) return;
      running.delete(role);
      crashed.push(`${role} ${how}`);
    });
    await ready;
  }

  /** Taken off the list first, so that its end is none that nobody asked for. */
  async function end(role: Role, inHaste: boolean): Promise<void> {
    const process = running.get(role);
    running.delete(role);
    await process?.stop(inHaste);
  }

  return {
    api: `http://127.0.0.1:${apiPort}`,
    start,
    kill: (role) => end(role, true),
    async stop() {
      await Promise.all([...running.keys()].map((role) => end(role, false)));
    },
    crashes: () => crashed,
  };
}

async function isReady(adminPort: number): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
    const response = await fetch(`http://127.0.0.1:${adminPort}/readyz`, { signal });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}
