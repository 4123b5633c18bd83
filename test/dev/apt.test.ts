import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installPackages } from '../../src/dev/install/apt.js';
import { createFakeMachine } from './fake-machine.js';

let folder: string;
let policy: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordersctl-apt-'));
  policy = join(folder, 'policy-rc.d');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('forbids packages to start their servers while it installs, and only then', async () => {
  const machine = createFakeMachine();
  const policies: (string | false)[] = [];
  const run: typeof machine.run = (command, args, options) => {
    policies.push(existsSync(policy) && readFileSync(policy, 'utf8'));
    return machine.run(command, args, options);
  };
  await installPackages({ ...machine, run }, ['redis-server', 'maven'], policy);
  expect(machine.commands).toEqual([
    'apt-get update -q',
    'apt-get install -q -y --no-install-recommends redis-server maven',
  ]);
  expect(policies).toEqual(['#!/bin/sh\nexit 101\n', '#!/bin/sh\nexit 101\n']);
  expect(existsSync(policy)).toBe(false);
});

it('leaves a policy of the machine as it was, and lifts its own when apt fails', async () => {
  writeFileSync(policy, 'theirs');
  await installPackages(createFakeMachine(), ['maven'], policy);
  expect(readFileSync(policy, 'utf8')).toBe('theirs');

  rmSync(policy);
  const failing = createFakeMachine({
    answers: { 'apt-get install': { code: 100, stderr: 'E: Unable to locate package maven\n' } },
  });
  await expect(installPackages(failing, ['maven'], policy)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('E: Unable to locate package maven') as unknown,
  });
  expect(existsSync(policy)).toBe(false);
});

it('keeps servers that it brought from starting at the next boot, and touches none that were there', async () => {
  const files = ['/run/systemd/system', '/lib/systemd/system/postgresql.service'];
  const machine = createFakeMachine({ files });
  const installed: string[] = [];
  await installPackages(
    {
      ...machine,
      exists: (path) => machine.exists(path) || installed.includes(path),
      run: (command, args) => {
        if (args.includes('redis-server')) installed.push('/lib/systemd/system/redis-server.service');
        return machine.run(command, args);
      },
    },
    ['postgresql', 'redis-server'],
    policy,
  );
  expect(machine.commands.filter((line) => line.startsWith('systemctl'))).toEqual([
    'systemctl disable --quiet redis-server.service',
  ]);
});
