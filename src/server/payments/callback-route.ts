/** `POST /payments/webhook`: what the payment provider reports by itself. */
import type { RequestHandler } from 'express';
import { Counter } from 'prom-client';
import type { MetricsRegistry } from '../../core/admin/metrics.js';
import { toAppError } from '../../core/errors.js';
import type { SigningKeys } from '../../core/payments/signing-secrets.js';
import { CallerGone } from '../http/read-body.js';
import type { WakeSaga } from '../orders/wake-sagas.js';
import type { ReceivedEvent } from './payment-event.js';
import { readCallback } from './read-callback.js';
import { createRecordEvent, type RecordEventDeps } from './record-event.js';

export interface CallbackDeps extends RecordEventDeps {
  readonly keys: SigningKeys;
  readonly wakeSaga: WakeSaga;
  readonly registry: MetricsRegistry;
}

/**
 * Answers 200 only after the fact is committed: whatever else the provider gets, it sends the event again. Wakes the
 * saga also for what was known before, since who recorded that may have died before it could.
 */
export function createCallbackRoute(deps: CallbackDeps): RequestHandler {
  const results = new Counter({
    name: 'ordersctl_payment_callbacks_total',
    help: 'Callbacks of the payment provider by result: an outcome, or the code of the refusal',
    labelNames: ['result'],
    registers: [deps.registry],
  });
  const recordEvent = createRecordEvent(deps);
  return async (request, response) => {
    try {
      const { id, event } = await readCallback(request, deps.keys);
      const outcome = await recordEvent(event);
      deps.wakeSaga(event.orderId, `callback-${id}`);
      results.inc({ result: outcome });
      response.json({ outcome } satisfies ReceivedEvent);
    } catch (thrown) {
      if (thrown instanceof CallerGone) return;
      results.inc({ result: toAppError(thrown).code });
      throw thrown;
    }
  };
}
