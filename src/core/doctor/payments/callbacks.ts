/** Whether `serve` would hear what the provider reports. */
import type { Config } from '../../config/schema.js';
import type { Check } from '../check.js';
import { failed, ok, type Verdict } from '../verdict.js';

export function judgeCallbacks({
  payments,
  paymentSecret,
}: Pick<Config, 'payments' | 'paymentSecret'>): Verdict {
  if (paymentSecret !== undefined) return ok('taken at /payments/webhook');
  if (payments !== 'webhook') return ok('none are taken: there is no secret');
  return failed('refused: there is no secret to verify them with', 'export ORDERSCTL_PAYMENT_SECRET_FILE=…');
}

export const callbacks: Check = {
  id: 'payments.callbacks',
  title: 'callbacks',
  needs: [],
  look: ({ config }) => judgeCallbacks(config),
};
