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
  /** Origins of the API, one for each serve, the same after a restart. */
  readonly apis: readonly string[];
  /**
   * Every replica of it that does not run.
   * @param giveWay it gets the processor when the others leave it free. Default: as `RolesOptions` say
   * @throws AppError UNAVAILABLE with the end of the role's log when it does not become ready
   */
  start(role: Role, giveWay?: boolean): Promise<void>;
  /** SIGKILL to its first replica; resolves when that is gone. */
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
  /** consume and worker give way to serve, whom buyers wait for. Default false: all compete alike. */
  readonly giveWay?: boolean;
  /** Replicas of serve. Default 1. */
  readonly serves?: number;
  /** Of another build. */
  readonly binary?: string;
}

interface Replica {
  readonly role: Role;
  readonly name: string;
  readonly port: number;
  readonly adminPort: number;
}

export async function createRoles(options: RolesOptions): Promise<Roles> {
  const { machine, env, logFolder, signal, serves = 1, binary, giveWay: mayGiveWay = false } = options;
  const replicas = await planReplicas(serves);
  const setpriv = await hasSetpriv(machine);
  const running = new Map<string, ServiceProcess>();
  const crashed: string[] = [];
  const logOf = ({ name }: Replica) => join(logFolder, `${name}.log`);
  mkdirSync(logFolder, { recursive: true });
  for (const replica of replicas) rmSync(logOf(replica), { force: true });

  async function startReplica(replica: Replica, giveWay: boolean): Promise<void> {
    // Once the end has begun nothing is started that it would not see.
    signal.throwIfAborted();
    const { name, role, port, adminPort } = replica;
    const { process: started, ready } = startProcess({
      name,
      args: [role],
      env: { ...env, PORT: String(port), ORDERSCTL_ADMIN_PORT: String(adminPort) },
      inBackground: giveWay,
      logFile: logOf(replica),
      isReady: () => isReady(adminPort),
      ...(binary !== undefined && { binary }),
      ...{ machine, setpriv, signal },
    });
    running.set(name, started);
    void started.ended.then((how) => {
      if (running.get(name) !== started) return;
      running.delete(name);
      crashed.push(`${name} ${how}`);
    });
    await ready;
  }

  /** Taken off the list first, so that its end is none that nobody asked for. */
  async function end(name: string, inHaste: boolean): Promise<void> {
    const process = running.get(name);
    running.delete(name);
    await process?.stop(inHaste);
  }

  return {
    apis: replicas.filter(({ role }) => role === 'serve').map(({ port }) => `http://127.0.0.1:${port}`),
    async start(role, giveWay = mayGiveWay && role !== 'serve') {
      const missing = replicas.filter((one) => one.role === role && !running.has(one.name));
      await Promise.all(missing.map((replica) => startReplica(replica, giveWay)));
    },
    async kill(role) {
      const [first] = replicas.filter((one) => one.role === role);
      if (first) await end(first.name, true);
    },
    async stop() {
      await Promise.all([...running.keys()].map((name) => end(name, false)));
    },
    crashes: () => crashed,
  };
}

async function planReplicas(serves: number): Promise<Replica[]> {
  const names = ROLES.flatMap((role) =>
    Array.from({ length: role === 'serve' ? serves : 1 }, (_, nth) => ({
      role,
      name: nth === 0 ? role : `${role}-${nth + 1}`,
    })),
  );
  const ports = await findFreePorts(2 * names.length);
  return names.map((one, nth) => ({ ...one, port: ports[2 * nth] ?? 0, adminPort: ports[2 * nth + 1] ?? 0 }));
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
