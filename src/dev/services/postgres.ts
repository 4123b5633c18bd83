/** PostgreSQL of the local stack: from the system's packages, as the postgres user when we are root. */
import { chownSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../../core/errors.js';
import { createSilentLog } from '../../core/log.js';
import { DIE_WITH_PARENT_PROGRAM } from '../die-with-parent.js';
import type { CommandResult, Machine } from '../machine.js';
import { makePassable } from '../make-passable.js';
import type { NativeProgram, Service, Site } from '../service.js';

/** PostgreSQL refuses to run as root; the packages bring this user. */
const SERVER_USER = 'postgres';
/** Enough for three roles, a load generator and the tests. */
const MAX_CONNECTIONS = 300;
const DEBIAN_FOLDER = '/usr/lib/postgresql';

export const postgres: Service = {
  name: 'postgres',
  async findNative(machine) {
    const program = machine.findProgram('postgres', programFolders(machine));
    if (program === undefined) return { missing: `no postgres in PG_BIN, PATH or ${DEBIAN_FOLDER}/*/bin` };
    const user = machine.isRoot ? await findServerUser(machine) : undefined;
    if (user === 'none') {
      return { missing: `${program} refuses to run as root, and there is no user "${SERVER_USER}"` };
    }
    const version = await machine.run(program, ['--version'], { timeoutMs: 5_000 });
    return nativeProgram(machine, dirname(program), version.stdout.trim(), user);
  },
  installation: () => Promise.resolve({ apt: ['postgresql'], brew: ['postgresql@17'] }),
  docker: (site) => ({
    image: 'postgres:17',
    publish: [{ host: site.ports.postgres, container: 5_432 }],
    env: { POSTGRES_USER: 'ordersctl', POSTGRES_DB: 'postgres', POSTGRES_HOST_AUTH_METHOD: 'trust' },
    volume: '/var/lib/postgresql/data',
    args: settingsOf(site),
  }),
  async probe(address) {
    const { createPool } = await import('../../core/postgres/create-pool.js');
    const pool = createPool({ url: address, applicationName: 'ordersctl-dev', max: 1 }, createSilentLog());
    try {
      await pool.query('select 1');
    } finally {
      await pool.end();
    }
  },
};

interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

async function findServerUser(machine: Machine): Promise<ServerUser | 'none'> {
  const { code, stdout } = await machine.run('getent', ['passwd', SERVER_USER], { timeoutMs: 5_000 });
  const [, , uid, gid] = stdout.split(':');
  return code === 0 && uid && gid ? { uid: Number(uid), gid: Number(gid) } : 'none';
}

/** PG_BIN, then what Debian keeps out of PATH, newest major first. */
function programFolders(machine: Machine): string[] {
  const majors = [...machine.list(DEBIAN_FOLDER)].sort((a, b) => Number(b) - Number(a));
  const named = machine.env['PG_BIN'];
  return [...(named ? [named] : []), ...majors.map((major) => join(DEBIAN_FOLDER, major, 'bin'))];
}

function nativeProgram(
  machine: Machine,
  bin: string,
  version: string,
  user: ServerUser | undefined,
): NativeProgram {
  return {
    why: `${version || 'PostgreSQL'} in ${bin}${user ? `, as user ${SERVER_USER}` : ''}`,
    async prepare({ dataFolder }) {
      if (existsSync(join(dataFolder, 'PG_VERSION'))) return;
      // Under another name until it is whole: an interrupted initdb leaves a folder that no server accepts.
      const draft = `${dataFolder}.new`;
      rmSync(draft, { recursive: true, force: true });
      makePassable(dirname(draft));
      mkdirSync(draft, { mode: 0o700 });
      if (user) chownSync(draft, user.uid, user.gid);
      const initdb = [
        join(bin, 'initdb'),
        '--no-sync',
        '-A',
        'trust',
        '--no-locale',
        '-E',
        'UTF8',
        '-U',
        'ordersctl',
      ];
      const made = await runAs(machine, user, [...initdb, '-D', draft]);
      if (made.code !== 0) {
        throw new AppError(
          'UNAVAILABLE',
          `initdb failed:\n  ${made.stderr.trim().split('\n').slice(-5).join('\n  ')}`,
        );
      }
      rmSync(dataFolder, { recursive: true, force: true });
      renameSync(draft, dataFolder);
    },
    launch: (site) => ({
      command: join(bin, 'postgres'),
      args: ['-D', site.dataFolder, '-p', String(site.ports.postgres), ...nativeSettings(site)],
      ...(user ? { asUser: SERVER_USER } : {}),
      // SIGINT is a fast shutdown: it ends the sessions instead of waiting for them.
      stopSignal: 'SIGINT',
      // A segment of shared memory.
      leavesTraces: true,
    }),
  };
}

function runAs(
  machine: Machine,
  user: ServerUser | undefined,
  command: readonly string[],
): Promise<CommandResult> {
  const [program = '', ...args] = command;
  if (!user) return machine.run(program, args);
  const identity = ['--reuid', SERVER_USER, '--regid', SERVER_USER, '--init-groups', '--'];
  return machine.run(DIE_WITH_PARENT_PROGRAM, [...identity, program, ...args]);
}

function nativeSettings(site: Site): string[] {
  // No Unix socket: two stacks on one machine would meet in /tmp.
  return ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', ...settingsOf(site)];
}

function settingsOf({ ephemeral }: Pick<Site, 'ephemeral'>): string[] {
  const settings = [`max_connections=${MAX_CONNECTIONS}`];
  if (ephemeral) settings.push('fsync=off', 'full_page_writes=off');
  return settings.flatMap((setting) => ['-c', setting]);
}
