/** Who listens on a port, from /proc (Linux) or lsof; for the message that saves a search. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Machine } from './machine.js';

export interface PortOwner {
  readonly pid: number;
  /** Its command line, shortened. */
  readonly command: string;
}

const LISTENING = '0A';
const COMMAND_LENGTH = 100;

/** Undefined when it cannot be told: the process belongs to another user, or runs in another container. */
export async function findPortOwner(machine: Machine, port: number): Promise<PortOwner | undefined> {
  const pid = machine.platform === 'linux' ? findListener(port) : await askLsof(machine, port);
  return pid === undefined ? undefined : { pid, command: await commandOf(machine, pid) };
}

/** Inodes of the sockets that listen on a port, of one table such as /proc/net/tcp. */
export function listeningInodes(table: string, port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${wanted}`) && fields[3] === LISTENING)
    .flatMap((fields) => (fields[9] === undefined ? [] : [fields[9]]));
}

function findListener(port: number): number | undefined {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map(readOrEmpty);
  const sockets = new Set(
    tables.flatMap((table) => listeningInodes(table, port)).map((inode) => `socket:[${inode}]`),
  );
  if (sockets.size === 0) return undefined;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => holdsOne(pid, sockets));
}

function holdsOne(pid: number, sockets: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.has(linkOrEmpty(`/proc/${pid}/fd/${fd}`)));
  } catch {
    return false; // gone, or another user's
  }
}

async function askLsof(machine: Machine, port: number): Promise<number | undefined> {
  const { code, stdout } = await machine.run('lsof', ['-nP', '-t', `-iTCP:${port}`, '-sTCP:LISTEN'], {
    timeoutMs: 5_000,
  });
  const pid = Number(stdout.split('\n')[0]);
  return code === 0 && pid > 0 ? pid : undefined;
}

async function commandOf(machine: Machine, pid: number): Promise<string> {
  const text =
    machine.platform === 'linux'
      ? readOrEmpty(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')
      : (await machine.run('ps', ['-o', 'command=', '-p', String(pid)], { timeoutMs: 5_000 })).stdout;
  const line = text.trim();
  return line.length > COMMAND_LENGTH ? `${line.slice(0, COMMAND_LENGTH)}…` : line;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function linkOrEmpty(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
