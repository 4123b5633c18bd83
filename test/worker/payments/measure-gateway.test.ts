import { describe, expect, it } from 'vitest';
import { createMetricsRegistry } from '../../../src/core/admin/metrics.js';
import { measureGateway } from '../../../src/worker/payments/measure-gateway.js';
import type { PaymentGateway } from '../../../src/worker/payments/gateway.js';

const amount = { amountMinor: 1, currency: 'EUR' };
const payment = { orderId: 'o', attempt: 1, userId: 'u', amount, idempotencyKey: 'o:1' };
const refund = { orderId: 'o', reference: 'r', amount, idempotencyKey: 'refund:o:1' };
const never = new AbortController().signal;

describe('measureGateway', () => {
  it('counts what the gateway answers, also that it does not, and changes nothing of it', async () => {
    const registry = createMetricsRegistry({ role: 'worker', version: '0.0.0' });
    let away = false;
    let closed = 0;
    const gateway: PaymentGateway = {
      name: 'some',
      quick: true,
      requestPayment: () =>
        away ? Promise.reject(new Error('away')) : Promise.resolve({ kind: 'captured', reference: 'r' }),
      refund: () => Promise.resolve({ kind: 'refused', code: 'no' }),
      close: () => (closed += 1),
    };
    const measured = measureGateway(gateway, registry);
    expect(measured).toMatchObject({ name: 'some', quick: true });
    expect(await measured.requestPayment(payment, never)).toEqual({ kind: 'captured', reference: 'r' });
    expect(await measured.refund(refund, never)).toEqual({ kind: 'refused', code: 'no' });
    away = true;
    await expect(measured.requestPayment(payment, never)).rejects.toThrow('away');
    measured.close?.();
    expect(closed).toBe(1);

    const text = await registry.metrics();
    for (const [call, result] of [
      ['payment', 'captured'],
      ['payment', 'unknown'],
      ['refund', 'refused'],
    ]) {
      expect(text).toMatch(
        new RegExp(`ordersctl_gateway_calls_total{.*call="${call}".*result="${result}".*} 1`),
      );
    }
    expect(text).toMatch(/ordersctl_gateway_call_duration_seconds_count{.*call="payment".*} 2/);
  });
});
