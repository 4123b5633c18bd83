/** Descriptors that a caller passed on to us by accident, and that a process which outlives us must not keep open. */
import { readdirSync, readFileSync } from 'node:fs';

const CLOSE_ON_EXEC = 0o2000000;
/** Far above what shells and runners use. */
const HIGHEST = 1_023;

/** Those that a child would inherit from this process, beyond the three standard ones. Linux; elsewhere none. */
export function inheritedDescriptors(folder = '/proc/self/fdinfo'): number[] {
  try {
    const open = readdirSync(folder).map(Number);
    return open.filter((fd) => fd > 2 && fd <= HIGHEST && isInherited(`${folder}/${fd}`));
  } catch {
    return [];
  }
}

function isInherited(path: string): boolean {
  try {
    const flags = /^flags:\s+(\d+)/m.exec(readFileSync(path, 'utf8'))?.[1];
    return flags !== undefined && (parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    return false; // the descriptor of the listing itself
  }
}
