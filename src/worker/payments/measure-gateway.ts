/** Shows in `/metrics` how the payment gateway does: an outage is seen there long before the first order expires. */
import { Counter, Histogram } from 'prom-client';
import type { MetricsRegistry } from '../../core/admin/metrics.js';
import type { PaymentGateway } from './gateway.js';

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25];

/** The same gateway, counted and timed. */
export function measureGateway(gateway: PaymentGateway, registry: MetricsRegistry): PaymentGateway {
  const results = new Counter({
    name: 'ordersctl_gateway_calls_total',
    help: 'Calls to the payment gateway by answer; unknown: none that decides anything, so the same is asked again',
    labelNames: ['call', 'result'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'ordersctl_gateway_call_duration_seconds',
    help: 'Duration of one call to the payment gateway, whatever came of it',
    labelNames: ['call'],
    buckets: SECONDS,
    registers: [registry],
  });

  async function measure<Answer extends { readonly kind: string }>(
    call: 'payment' | 'refund',
    ask: () => Promise<Answer>,
  ): Promise<Answer> {
    const stop = duration.startTimer({ call });
    try {
      const answer = await ask();
      results.inc({ call, result: answer.kind });
      return answer;
    } catch (error) {
      results.inc({ call, result: 'unknown' });
      throw error;
    } finally {
      stop();
    }
  }

  return {
    name: gateway.name,
    quick: gateway.quick,
    requestPayment: (request, signal) => measure('payment', () => gateway.requestPayment(request, signal)),
    refund: (request, signal) => measure('refund', () => gateway.refund(request, signal)),
    close: () => gateway.close?.(),
  };
}
