import { describe, expect, it } from 'vitest';
import { interruptible, reportStop } from '../../src/cli/interrupt.js';

function stand() {
  const notes: string[] = [];
  const exits: number[] = [];
  const forced: number[] = [];
  const note = (text: string) => void notes.push(text);
  const context = {
    io: { forceExit: (code: number) => void forced.push(code) },
    output: { note },
    exitWith: (code: number) => void exits.push(code),
  } as unknown as Parameters<typeof interruptible>[0] & Parameters<typeof reportStop>[0];
  return { context, notes, exits, forced };
}

describe('interruptible', () => {
  it('tells the work to stop with the first signal, and returns what it has done', async () => {
    const { context, notes, forced } = stand();
    const { value, interruptedBy } = await interruptible(context, (stop) => {
      expect(stop.aborted).toBe(false);
      process.emit('SIGINT', 'SIGINT');
      return Promise.resolve(stop.aborted ? 'half' : 'whole');
    });
    expect([value, interruptedBy]).toEqual(['half', 'SIGINT']);
    expect(notes).toEqual(['stopping after what is in hand; once more to end at once']);
    expect(forced).toEqual([]);
  });

  it('ends the process with the second signal, by the code of that one', async () => {
    const { context, forced } = stand();
    await interruptible(context, () => {
      process.emit('SIGINT', 'SIGINT');
      process.emit('SIGTERM', 'SIGTERM');
      return Promise.resolve();
    });
    expect(forced).toEqual([143]);
  });

  it('gives the signals back, also after a failure, which goes through', async () => {
    const { context } = stand();
    const before = process.listenerCount('SIGINT');
    await expect(interruptible(context, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect((await interruptible(context, () => Promise.resolve(1))).interruptedBy).toBeNull();
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});

describe('reportStop', () => {
  it('says where the work stopped and how to go on, with the exit code of the signal', () => {
    const { context, notes, exits } = stand();
    expect(reportStop(context, 'SIGINT', { done: 1_200, total: 5_000, what: 'orders' })).toBe(true);
    expect(reportStop(context, 'SIGTERM', { done: 0, total: 3, what: 'products' })).toBe(true);
    expect(notes[0]).toBe('stopped after 1,200 of 5,000 orders; run the same command again to go on');
    expect(exits).toEqual([130, 143]);
  });

  it('has nothing to say without a signal, or when the signal came after the last batch', () => {
    const { context, notes, exits } = stand();
    expect(reportStop(context, null, { done: 1, total: 5, what: 'orders' })).toBe(false);
    expect(reportStop(context, 'SIGINT', { done: 5, total: 5, what: 'orders' })).toBe(false);
    expect([notes, exits]).toEqual([[], []]);
  });
});
