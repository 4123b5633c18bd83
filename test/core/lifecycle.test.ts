import { describe, expect, it } from 'vitest';
import { createLifecycle, ownSignals } from '../../src/core/lifecycle.js';
import { createSilentLog } from '../../src/core/log.js';

const lifecycle = (deadlineMs = 1_000) => createLifecycle({ log: createSilentLog(), deadlineMs });

describe('a lifecycle', () => {
  it('releases in reverse order of acquisition, each once, however often the end is asked for', async () => {
    const released: string[] = [];
    const life = lifecycle();
    life.own('pool', () => void released.push('pool'));
    life.own('server', () => void released.push('server'));
    await Promise.all([life.end(), life.end()]);
    await life.end();
    expect(released).toEqual(['server', 'pool']);
    expect(life.signal.aborted).toBe(true);
  });

  it('attempts every release and reports the first failure', async () => {
    const released: string[] = [];
    const life = lifecycle();
    life.own('first', () => void released.push('first'));
    life.own('second', () => Promise.reject(new Error('second failed')));
    life.own('third', () => Promise.reject(new Error('third failed')));
    await life.end();
    await expect(life.ended).rejects.toThrow('third failed');
    expect(released).toEqual(['first']);
  });

  it('passes over a release that hangs, so that the others still happen', async () => {
    const released: string[] = [];
    const life = lifecycle(30);
    life.own('pool', () => void released.push('pool'));
    life.own('stuck client', () => new Promise<void>(() => undefined));
    await life.end();
    await expect(life.ended).rejects.toThrow('stuck client did not end within');
    expect(released).toEqual(['pool']);
  });

  it('refuses to own anything once the end has begun', async () => {
    const life = lifecycle();
    await life.end();
    expect(() => life.own('late', () => undefined)).toThrow('after the end had begun');
  });
});

describe('ownSignals', () => {
  it('drains on the first signal and forces on the second', async () => {
    const life = lifecycle();
    let drained = 0;
    const forced: string[] = [];
    life.own('work', () => void (drained += 1));
    const undo = ownSignals(life, createSilentLog(), (signal) => void forced.push(signal));
    try {
      process.emit('SIGTERM', 'SIGTERM');
      await life.ended;
      expect([drained, forced]).toEqual([1, []]);
      process.emit('SIGINT', 'SIGINT');
      expect(forced).toEqual(['SIGINT']);
    } finally {
      undo();
    }
  });
});
