import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { childEnvironment, REPOSITORY, runBinary } from '../support/binary.js';

/** Programs of their own. */
const RUNS_WHEN_LOADED = new Set(['bench/start-up/bare-program.js']);

describe('the binary', () => {
  it('ends with the exit code of its command, and by itself', async () => {
    expect(await runBinary(['version'])).toMatchObject({ code: 0, stderr: '' });
    expect(await runBinary(['nonsense'])).toMatchObject({ code: 2, stdout: '' });
  });

  it('ends quietly when its reader goes away', async () => {
    const child = spawn(process.execPath, [join(REPOSITORY, 'bin/ordersctl.js'), 'help', 'environment'], {
      env: childEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += String(chunk)));
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('is made of modules that Node can load: a bundler forgives what Node does not', async () => {
    const built = join(REPOSITORY, 'dist');
    const files = readdirSync(built, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js') && !RUNS_WHEN_LOADED.has(file) && !file.includes('workflows/'))
      .map((file) => pathToFileURL(join(built, file)).href);
    const program = `for (const file of ${JSON.stringify(files)})
      await import(file).catch((error) => console.log(file, String(error)));
    process.exit(0);`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', program],
      { env: childEnvironment() },
    );
    expect(files.length).toBeGreaterThan(500);
    expect(stdout).toBe('');
  });

  it('loads no client and no zod for its help, so that help is quick', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ordersctl-loaded-'));
    await runBinary(['--help'], { env: { NODE_V8_COVERAGE: folder } });
    const loaded = readdirSync(folder).flatMap((file) => {
      const coverage = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { result: { url: string }[] };
      return coverage.result.flatMap(({ url }) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
    });
    rmSync(folder, { recursive: true });
    expect([...new Set(loaded)].sort()).toEqual(['@commander-js/extra-typings', 'commander', 'picocolors']);
  });
});
