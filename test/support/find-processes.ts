/** Who still works in a folder: for proof that nothing was left running. Linux. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** @returns command lines of processes that name the folder in their arguments or hold a file open below it */
export function findProcesses(folder: string): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.flatMap((pid) => {
    const command = commandOf(pid);
    const involved = command.includes(folder) || openFiles(pid).some((path) => path.startsWith(folder));
    return involved ? [`${pid} ${command}`] : [];
  });
}

/** Empty for one that ended meanwhile, or is a zombie. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

function openFiles(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
