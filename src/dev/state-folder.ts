/** The files of one local stack: `.ordersctl/` in a project folder. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { STACK_FOLDER, STACK_STATE_FILE, type StackState } from '../core/config/stack-state.js';
import type { Machine } from './machine.js';
import { makePassable } from './make-passable.js';
import type { ServiceName } from './service-names.js';

export interface StateFolder {
  /** The folder that holds `.ordersctl/`, absolute. */
  readonly project: string;
  readonly root: string;
  /** Names containers, volumes and folders elsewhere; kept as long as the data. */
  readonly stackId: string;
  readonly jwtSecret: string;
  readonly logs: string;
  readonly lockFile: string;
  readonly processesFile: string;
  dataOf(service: ServiceName): string;
  logOf(service: ServiceName | 'supervisor'): string;
  writeState(state: StackState): void;
  removeState(): void;
}

const OTHERS_MAY_ENTER = 0o001;
const PRIVATE = 0o600;
const STACK_ID_FILE = 'stack-id';

/** Paths only; nothing is made. */
export function pathsOf(project: string): {
  project: string;
  root: string;
  logs: string;
  lockFile: string;
  processesFile: string;
  logOf(service: string): string;
} {
  const absolute = resolve(project);
  const root = join(absolute, STACK_FOLDER);
  const logs = join(root, 'logs');
  return {
    project: absolute,
    root,
    logs,
    lockFile: join(root, 'lock'),
    processesFile: join(root, 'processes.json'),
    logOf: (service) => join(logs, `${service}.log`),
  };
}

/** The id of a stack that was started here before. */
export function readStackId(project: string): string | undefined {
  const path = join(pathsOf(project).root, STACK_ID_FILE);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}

/**
 * Makes the folder, its id and its JWT secret when they are not there.
 * @param options.ephemeral the project is a throwaway of the caller's, which may be opened for the servers' users
 */
export function openStateFolder(
  machine: Machine,
  project: string,
  options: { ephemeral?: boolean } = {},
): StateFolder {
  const paths = pathsOf(project);
  for (const folder of [join(paths.root, 'data'), paths.logs]) makePassable(folder);
  if (options.ephemeral && machine.isRoot)
    chmodSync(paths.project, statSync(paths.project).mode | OTHERS_MAY_ENTER);
  ignoreInGit(paths.root);
  const stackId = once(join(paths.root, STACK_ID_FILE), () => randomBytes(5).toString('hex'));
  const postgresData = postgresFolder(machine, paths.root, stackId);
  return {
    ...paths,
    stackId,
    jwtSecret: once(join(paths.root, 'jwt-secret'), () => randomBytes(32).toString('base64url')),
    dataOf: (service) => (service === 'postgres' ? postgresData : join(paths.root, 'data', service)),
    writeState: (state) =>
      writePrivately(join(paths.root, STACK_STATE_FILE), `${JSON.stringify(state, null, 2)}\n`),
    removeState: () => rmSync(join(paths.root, STACK_STATE_FILE), { force: true }),
  };
}

/** Where PostgreSQL's data goes when its user cannot enter the project, as below /root. */
export function outsideFolder(stackId: string): string {
  return join('/var/lib/ordersctl', stackId);
}

/** Where the data is already, else where the server's user can reach it. */
function postgresFolder(machine: Machine, root: string, stackId: string): string {
  const inside = join(root, 'data', 'postgres');
  const outside = join(outsideFolder(stackId), 'postgres');
  if (existsSync(inside)) return inside;
  return existsSync(outside) || (machine.isRoot && isClosedToOthers(root)) ? outside : inside;
}

/** Judged by modes alone: the server's user may not exist before the packages are installed. */
function isClosedToOthers(folder: string): boolean {
  if ((statSync(folder).mode & OTHERS_MAY_ENTER) === 0) return true;
  const parent = dirname(folder);
  return parent !== folder && isClosedToOthers(parent);
}

/** A value made on first use and kept. */
function once(path: string, make: () => string): string {
  if (!existsSync(path)) writePrivately(path, make());
  return readFileSync(path, 'utf8').trim();
}

function writePrivately(path: string, content: string): void {
  const draft = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(draft, content, { mode: PRIVATE });
  renameSync(draft, path);
}

function ignoreInGit(root: string): void {
  const path = join(root, '.gitignore');
  if (!existsSync(path)) writeFileSync(path, '*\n');
}
