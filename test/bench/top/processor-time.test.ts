import { spawn } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import { processorMs } from '../../../src/bench/top/processor-time.js';
import { waitFor } from '../../support/wait-for.js';

let child: ReturnType<typeof spawn> | undefined;
afterEach(() => child?.kill('SIGKILL'));

it.skipIf(process.platform !== 'linux')(
  'is that of a process and of its children, also when they have ended',
  async () => {
    const work = `const until = process.cpuUsage().user + 150_000; while (process.cpuUsage().user < until);`;
    const parent = `require('child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(work)}]);
      console.log('done'); setInterval(() => {}, 1000)`;
    const started = spawn(process.execPath, ['-e', parent], { stdio: ['ignore', 'pipe', 'ignore'] });
    child = started;
    let said = '';
    started.stdout.on('data', (text: Buffer) => (said += text.toString()));
    await waitFor(() => said.includes('done'), { what: 'the work to be done' });
    expect(processorMs(started.pid ?? 0)).toBeGreaterThanOrEqual(140);
    expect(processorMs(999_999_999)).toBe(0);
  },
);
