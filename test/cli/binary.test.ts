import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { childEnvironment, REPOSITORY, runBinary } from '../support/binary.js';

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
