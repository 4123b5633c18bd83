/** Installs Debian packages without letting them start the servers they bring. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { AppError } from '../../core/errors.js';
import type { Machine } from '../machine.js';

/** Asked by every package before it starts a server; 101 forbids it. Put there only while we install. */
const POLICY = '/usr/sbin/policy-rc.d';
const SYSTEMD = '/run/systemd/system';
/** Units that our packages bring and enable for the next boot. */
const UNITS = ['postgresql.service', 'redis-server.service'] as const;
const APT_TIMEOUT_MS = 20 * 60_000;

/**
 * As root.
 * @param policy the file that forbids starting
 * @throws AppError UNAVAILABLE with apt's own words
 */
export async function installPackages(
  machine: Machine,
  packages: readonly string[],
  policy = POLICY,
): Promise<void> {
  const newUnits = UNITS.filter((unit) => !hasUnit(machine, unit));
  await withoutStarting(policy, async () => {
    // Lists of packages are often absent in images, and stale elsewhere.
    await apt(machine, ['update', '-q']);
    await apt(machine, ['install', '-q', '-y', '--no-install-recommends', ...packages]);
  });
  if (!machine.exists(SYSTEMD)) return;
  for (const unit of newUnits)
    if (hasUnit(machine, unit)) await machine.run('systemctl', ['disable', '--quiet', unit]);
}

function hasUnit(machine: Machine, unit: string): boolean {
  return ['/lib/systemd/system', '/usr/lib/systemd/system'].some((folder) =>
    machine.exists(`${folder}/${unit}`),
  );
}

async function withoutStarting(policy: string, work: () => Promise<void>): Promise<void> {
  const isOurs = !existsSync(policy);
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await work();
  } finally {
    if (isOurs) rmSync(policy, { force: true });
  }
}

async function apt(machine: Machine, args: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const { code, stdout, stderr } = await machine.run('apt-get', args, {
    env,
    timeoutMs: APT_TIMEOUT_MS,
    uninterruptible: true,
  });
  if (code === 0) return;
  const said = `${stdout}\n${stderr}`
    .split('\n')
    .filter((line) => /^[EW]:/.test(line))
    .slice(0, 5)
    .join('\n  ');
  throw new AppError('UNAVAILABLE', `apt-get ${args[0] ?? ''} failed:\n  ${said}`, {
    hint: `Mend it and run again, or install by hand: apt-get ${args.filter((arg) => arg !== '-q').join(' ')}`,
  });
}
