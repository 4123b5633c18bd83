/** A full disk shows up as the strangest errors of four servers; it is looked for first. */
import { statfsSync } from 'node:fs';
import { AppError } from '../core/errors.js';

const LEAST_FREE_MIB = 1_024;

/** @throws AppError REFUSED when less than 1 GiB is free below `folder` */
export function assertDiskSpace(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  const freeMib = Math.floor((bavail * bsize) / 1_048_576);
  if (freeMib >= LEAST_FREE_MIB) return;
  throw new AppError(
    'REFUSED',
    `only ${freeMib} MiB are free for ${folder}; the local stack wants ${LEAST_FREE_MIB}`,
    {
      hint: 'Free some space, or name another folder with --dir',
    },
  );
}
