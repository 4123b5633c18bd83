import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { REPOSITORY } from '../support/binary.js';

/** Imports every file of a folder in a bare process, and prints which could not be, and what was left to do. */
const IMPORT_ALL = `
  import { readdirSync } from 'node:fs';
  import { join } from 'node:path';
  import { pathToFileURL } from 'node:url';
  const folder = process.argv[1];
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.js'));
  const failed = [];
  for (const name of files) {
    await import(pathToFileURL(join(folder, name)).href).catch((error) => failed.push(name + ': ' + error.message));
  }
  process.stdout.write(JSON.stringify({ files: files.length, failed, exitCode: process.exitCode ?? 0 }));
`;

it('has only modules that Node itself can import, which do nothing by that and let the process end', () => {
  const node = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', IMPORT_ALL, join(REPOSITORY, 'dist')],
    { encoding: 'utf8', timeout: 60_000 },
  );
  expect({ status: node.status, stderr: node.stderr }).toEqual({ status: 0, stderr: '' });
  const { files, failed, exitCode } = JSON.parse(node.stdout) as {
    files: number;
    failed: string[];
    exitCode: number;
  };
  expect(failed).toEqual([]);
  expect(exitCode).toBe(0);
  expect(files).toBeGreaterThan(400);
}, 90_000);
