import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { NODE_FLAGS, startProcess } from '../../../src/bench/stack/start-process.js';
import { hasSetpriv } from '../../../src/dev/die-with-parent.js';
import { createMachine } from '../../../src/dev/machine.js';
import { REPOSITORY } from '../../support/binary.js';

it('gives Node the flags that the image gives it, and the README tells', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ordersctl-flags-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [binary, told] = [join(folder, 'binary.mjs'), join(folder, 'told.json')];
  writeFileSync(
    binary,
    `import { renameSync, writeFileSync } from 'node:fs';
     const [told] = process.argv.slice(2);
     writeFileSync(told + '.part', JSON.stringify(process.execArgv));
     renameSync(told + '.part', told);
     setInterval(() => undefined, 1_000);`,
  );
  const machine = createMachine(process.env);
  const started = startProcess({
    name: 'flags',
    args: [told],
    env: {},
    binary,
    logFile: join(folder, 'log'),
    machine,
    setpriv: await hasSetpriv(machine),
    isReady: () => Promise.resolve(existsSync(told)),
    signal: AbortSignal.timeout(30_000),
  });
  await started.ready.finally(() => started.process.stop(true));
  expect(JSON.parse(readFileSync(told, 'utf8'))).toEqual(NODE_FLAGS);

  const read = (path: string) => readFileSync(join(REPOSITORY, path), 'utf8');
  const image = /^ENTRYPOINT (.+)$/m.exec(read('deploy/Dockerfile'))?.[1] ?? '';
  expect(JSON.parse(image)).toEqual(['node', ...NODE_FLAGS, 'bin/ordersctl.js']);
  expect(read('README.md')).toContain(`node ${NODE_FLAGS.join(' ')} bin/ordersctl.js`);
});
