import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { GatewayRequest } from '../../../src/worker/payments/gateway.js';
import {
  createSimulatedGateway,
  type SimulatedSettings,
} from '../../../src/worker/payments/simulated-gateway.js';

const gatewayWith = (settings: Partial<SimulatedSettings>) =>
  createSimulatedGateway({ approveRate: 1, latencyMs: 0, manualCapture: false, ...settings });
const never = new AbortController().signal;

const ask = (settings: Partial<SimulatedSettings>, given: Partial<GatewayRequest> = {}) => {
  const { orderId = randomUUID(), attempt = 1 } = given;
  const request = {
    orderId,
    attempt,
    userId: 'buyer',
    amount: { amountMinor: 100, currency: 'EUR' },
    idempotencyKey: `${orderId}:${attempt}`,
    ...given,
  };
  return gatewayWith(settings).requestPayment(request, never);
};
const refund = (settings: Partial<SimulatedSettings>, amountMinor: number) =>
  gatewayWith(settings).refund(
    {
      orderId: 'o',
      reference: 'sim_o:1',
      amount: { amountMinor, currency: 'EUR' },
      idempotencyKey: 'refund:o:1',
    },
    never,
  );

describe('createSimulatedGateway', () => {
  it('captures at once and approves everything unless told otherwise', async () => {
    expect(await ask({})).toMatchObject({ kind: 'captured', amount: { amountMinor: 100, currency: 'EUR' } });
  });

  it('waits for the customers whose id begins with what was set, and for no others', async () => {
    const manualUsers = 'late-';
    expect(await ask({ manualUsers }, { userId: 'late-7' })).toMatchObject({ kind: 'requires-action' });
    expect(await ask({ manualUsers }, { userId: 'late-7', attempt: 2 })).toMatchObject({ kind: 'captured' });
    expect(await ask({ manualUsers }, { userId: 'ann-late-7' })).toMatchObject({ kind: 'captured' });
    expect(await ask({ manualUsers: '' }, { userId: 'ann' })).toMatchObject({ kind: 'captured' });
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

  it('declines amounts that end in the digits it was told, and only those', async () => {
    const of = (amountMinor: number) =>
      ask({ declineAmounts: ['13', '999'] }, { amount: { amountMinor, currency: 'EUR' } });
    for (const amountMinor of [13, 113, 4_913, 999, 1_999]) {
      expect(await of(amountMinor)).toMatchObject({ kind: 'declined', code: 'amount_declined' });
    }
    for (const amountMinor of [3, 130, 1_399, 99])
      expect(await of(amountMinor)).toMatchObject({ kind: 'captured' });
  });

  it('leaves an order payable after a decline when told so, and the next attempt is decided anew', async () => {
    const settings = { approveRate: 0.5, declinesFinal: false };
    const orders = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const orderId = randomUUID();
        return [await ask(settings, { orderId }), await ask(settings, { orderId, attempt: 2 })] as const;
      }),
    );
    const declined = orders.filter(([first]) => first.kind === 'declined');
    expect(declined.length).toBeGreaterThan(0);
    for (const [first] of declined) expect(first).toMatchObject({ final: false });
    expect(declined.some(([, second]) => second.kind === 'captured')).toBe(true);
  });

  it('waits for the customer under manual capture, whose payment is the next attempt', async () => {
    const settings = { manualCapture: true, declineUsers: 'broke-' };
    const orderId = randomUUID();
    expect(await ask(settings, { orderId })).toMatchObject({ kind: 'requires-action' });
    expect(await ask(settings, { orderId, attempt: 2 })).toMatchObject({ kind: 'captured' });
    const broke = { orderId: randomUUID(), userId: 'broke-1' };
    expect(await ask(settings, broke)).toMatchObject({ kind: 'requires-action' });
    expect(await ask(settings, { ...broke, attempt: 2 })).toMatchObject({ kind: 'declined' });
  });

  it('loses about the share of answers that was asked for, the same ones each time, and decides as ever', async () => {
    const orders = Array.from({ length: 1_000 }, () => randomUUID());
    const outcome = (orderId: string, call: number) =>
      ask({ timeoutRate: 0.1 }, { orderId, call }).then(
        (answer) => answer.kind,
        () => 'lost',
      );
    const first = await Promise.all(orders.map((orderId) => outcome(orderId, 1)));
    const lost = first.filter((kind) => kind === 'lost').length;
    expect(lost).toBeGreaterThan(50);
    expect(lost).toBeLessThan(160);
    expect(await Promise.all(orders.map((orderId) => outcome(orderId, 1)))).toEqual(first);
    // The next call with the same key mostly gets through, and hears what was decided.
    const again = await Promise.all(
      orders.filter((_order, n) => first[n] === 'lost').map((orderId) => outcome(orderId, 2)),
    );
    expect(again.filter((kind) => kind === 'captured').length).toBeGreaterThan(lost * 0.6);
  });

  it('fails every call while it is switched off, and is back afterwards', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'outage-'));
    const outageFile = join(folder, 'off');
    expect(await ask({ outageFile })).toMatchObject({ kind: 'captured' });
    writeFileSync(outageFile, '');
    await expect(ask({ outageFile })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(refund({ outageFile }, 100)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    rmSync(folder, { recursive: true });
    expect(await ask({ outageFile })).toMatchObject({ kind: 'captured' });
  });

  it('gives money back, the same way each time, and refuses where it was told to', async () => {
    const settings = { refuseRefunds: ['13'] };
    expect(await refund(settings, 100)).toEqual({ kind: 'refunded', reference: 'sim_refund:o:1' });
    expect(await refund(settings, 100)).toEqual(await refund(settings, 100));
    expect(await refund(settings, 913)).toMatchObject({ kind: 'refused' });
  });

  it('is asked within a workflow task only while it answers quickly', () => {
    expect(gatewayWith({ latencyMs: 0 }).quick).toBe(true);
    expect(gatewayWith({ latencyMs: 5_000 }).quick).toBe(false);
  });

  it('stops waiting when nobody wants the answer any more', async () => {
    const controller = new AbortController();
    const amount = { amountMinor: 1, currency: 'EUR' };
    const request = { orderId: 'o', attempt: 1, userId: 'u', amount, idempotencyKey: 'o:1' };
    const asked = gatewayWith({ latencyMs: 60_000 }).requestPayment(request, controller.signal);
    controller.abort();
    await expect(asked).rejects.toThrow();
  });
});
