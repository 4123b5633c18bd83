/** Payments: real ones, by a provider that answers and is heard. */
import type { Check } from '../check.js';
import { callbacks } from './callbacks.js';
import { gateway } from './gateway.js';
import { provider } from './provider.js';

export const PAYMENT_CHECKS: readonly Check[] = [gateway, provider, callbacks];
