/** Tells whether dist/ was built from the sources as they are now. By content: a checkout changes times, not builds. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashFiles } from './hash-files.mjs';

const SOURCES = ['src', 'bin/build.mjs', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
const STAMP = 'dist/.built-from';

/** @param {string} root */
export function fingerprint(root) {
  return hashFiles(root, SOURCES);
}

/** @param {string} root */
export function isBuilt(root) {
  const stamp = join(root, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(root);
}

/** @param {string} root @param {string} print taken before the build began, so a source saved meanwhile is not missed */
export function markBuilt(root, print) {
  writeFileSync(join(root, STAMP), print);
}
