import { describe, expect, it } from 'vitest';
import { createAdmission } from '../../../src/server/accept/admission.js';

function open(limits: { maxInFlight?: number } = {}) {
  const state = { up: true, full: false, waitMs: 0 };
  const admission = createAdmission({
    maxInFlight: limits.maxInFlight ?? 2,
    postgres: { isUp: () => state.up },
    isOutboxFull: () => state.full,
    oldestWaitMs: () => state.waitMs,
  });
  return { state, admission };
}

describe('admission', () => {
  it('lets in as many as there are places, and the next when one was left', () => {
    const { admission } = open({ maxInFlight: 2 });
    admission.enter();
    admission.enter();
    expect(() => admission.enter()).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    expect(admission.inFlight()).toBe(2);
    admission.leave();
    admission.enter();
    expect(admission.inFlight()).toBe(2);
  });

  it.each([
    ['Postgres is away', { up: false }, 'UNAVAILABLE'],
    ['the outbox is full', { full: true }, 'OVERLOADED'],
    ['the queue is slow', { waitMs: 60_000 }, 'OVERLOADED'],
  ])('refuses while %s and lets in afterwards, taking no place meanwhile', (_why, trouble, code) => {
    const { admission, state } = open();
    const well = { ...state };
    Object.assign(state, trouble);
    expect(() => admission.enter()).toThrow(expect.objectContaining({ code }));
    expect(admission.inFlight()).toBe(0);
    Object.assign(state, well);
    admission.enter();
    expect(admission.inFlight()).toBe(1);
  });

  it('refuses everything once closed, and tells when those inside have left', async () => {
    const { admission } = open();
    admission.enter();
    admission.close();
    expect(() => admission.enter()).toThrow(expect.objectContaining({ code: 'DRAINING' }));
    let empty = false;
    const emptied = admission.whenEmpty().then(() => (empty = true));
    await Promise.resolve();
    expect(empty).toBe(false);
    admission.leave();
    await emptied;
    await admission.whenEmpty();
  });
});
