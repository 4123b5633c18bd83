import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { hasSetpriv } from '../../src/dev/die-with-parent.js';
import { createMachine } from '../../src/dev/machine.js';
import { startService, type ServiceProcess } from '../../src/dev/service-process.js';

describe('servers in the background', () => {
  const started: ServiceProcess[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((service) => service.stop(true)));
  });

  async function startSleep(inBackground: boolean): Promise<number> {
    const launch = { command: 'sleep', args: ['600'], stopSignal: 'SIGTERM', inBackground } as const;
    const setpriv = await hasSetpriv(createMachine(process.env));
    const service = startService(launch, { logFile: '/dev/null', env: process.env, setpriv });
    started.push(service);
    return service.pid;
  }

  it('give way to those that somebody waits for', async () => {
    const [front, background] = [await startSleep(false), await startSleep(true)];
    expect(getPriority(background)).toBeGreaterThan(getPriority(front));
  });

  it.runIf(hasAutogroups())('give way as a group too, since they have a session of their own', async () => {
    expect(nicenessOfGroup(await startSleep(false))).toBe(0);
    expect(nicenessOfGroup(await startSleep(true))).toBe(10);
  });
});

function hasAutogroups(): boolean {
  try {
    return readFileSync('/proc/sys/kernel/sched_autogroup_enabled', 'utf8').trim() === '1';
  } catch {
    return false;
  }
}

function nicenessOfGroup(pid: number): number {
  return Number(/nice (-?\d+)/.exec(readFileSync(`/proc/${pid}/autogroup`, 'utf8'))?.[1]);
}
