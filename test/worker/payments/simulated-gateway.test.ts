import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createSimulatedGateway,
  type SimulatedSettings,
} from '../../../src/worker/payments/simulated-gateway.js';

const ask = (settings: Partial<SimulatedSettings>, request: { userId?: string; orderId?: string } = {}) => {
  const orderId = request.orderId ?? randomUUID();
  return createSimulatedGateway({
    approveRate: 1,
    latencyMs: 0,
    manualCapture: false,
    ...settings,
  }).requestPayment(
    {
      orderId,
      userId: request.userId ?? 'buyer',
      amount: { amountMinor: 100, currency: 'EUR' },
      idempotencyKey: `${orderId}:1`,
    },
    new AbortController().signal,
  );
};

describe('createSimulatedGateway', () => {
  it('captures at once and approves everything unless told otherwise', async () => {
    expect(await ask({})).toMatchObject({ kind: 'captured' });
  });

  it('gives a repeated request the same answer, in another process too', async () => {
    for (let n = 0; n < 20; n += 1) {
      const orderId = randomUUID();
      const first = await ask({ approveRate: 0.5 }, { orderId });
      expect(await ask({ approveRate: 0.5 }, { orderId })).toEqual(first);
    }
  });

  it('approves about the share that was asked for', async () => {
    const answers = await Promise.all(Array.from({ length: 2_000 }, () => ask({ approveRate: 0.9 })));
    const share = answers.filter((answer) => answer.kind === 'captured').length / answers.length;
    expect(share).toBeGreaterThan(0.86);
    expect(share).toBeLessThan(0.94);
  });

  it('approves nothing at a rate of 0', async () => {
    expect(await ask({ approveRate: 0 })).toMatchObject({ kind: 'declined', final: true });
  });

  it('declines for good the users it was told to, and only those', async () => {
    const settings = { declineUsers: 'broke-' };
    expect(await ask(settings, { userId: 'broke-7' })).toMatchObject({ kind: 'declined', final: true });
    expect(await ask(settings, { userId: 'rich-7' })).toMatchObject({ kind: 'captured' });
    expect(await ask({ declineUsers: '' }, { userId: 'rich-7' })).toMatchObject({ kind: 'captured' });
  });

  it('waits for the customer under manual capture', async () => {
    expect(await ask({ manualCapture: true })).toMatchObject({ kind: 'requires-action' });
  });

  it('is asked within a workflow task only while it answers quickly', () => {
    const withLatency = (latencyMs: number) =>
      createSimulatedGateway({ approveRate: 1, latencyMs, manualCapture: false }).quick;
    expect(withLatency(0)).toBe(true);
    expect(withLatency(5_000)).toBe(false);
  });

  it('stops waiting when nobody wants the answer any more', async () => {
    const gateway = createSimulatedGateway({ approveRate: 1, latencyMs: 60_000, manualCapture: false });
    const controller = new AbortController();
    const asked = gateway.requestPayment(
      { orderId: 'o', userId: 'u', amount: { amountMinor: 1, currency: 'EUR' }, idempotencyKey: 'o:1' },
      controller.signal,
    );
    controller.abort();
    await expect(asked).rejects.toThrow();
  });
});
