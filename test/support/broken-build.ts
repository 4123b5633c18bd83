/** A copy of this build with a fault, in a temporary folder: what a check must notice. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from './binary.js';

export interface BrokenBuild {
  /** Its `bin/ordersctl.js`. */
  readonly binary: string;
  remove(): void;
}

/** Its endings say that they have given the hold back, and do not. */
export function buildWithoutRelease(): BrokenBuild {
  const folder = mkdtempSync(join(tmpdir(), 'ordersctl-broken-'));
  for (const part of ['bin', 'dist', 'migrations', 'package.json'])
    cpSync(join(REPOSITORY, part), join(folder, part), { recursive: true });
  symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
  const script = join(folder, 'dist/lua/release-5.lua');
  const given = readFileSync(script, 'utf8');
  const broken = given.replace(/^redis\.call\('HDEL', holds[\s\S]*(?=^return 1$)/m, '');
  if (broken === given) throw new Error('the release script has changed: nothing was removed from it');
  writeFileSync(script, broken);
  return {
    binary: join(folder, 'bin/ordersctl.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
