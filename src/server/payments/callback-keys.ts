/** By which keys the payment provider is known, where there is one. */
import { requireSettings } from '../../core/config/require-settings.js';
import type { Config } from '../../core/config/schema.js';
import { parseSigningSecrets, type SigningKeys } from '../../core/payments/signing-secrets.js';

/**
 * The secret alone decides, so that a provider is still heard after another gateway was chosen for new payments.
 * @returns undefined when no callbacks are taken
 * @throws AppError CONFIG_INVALID when payments are asked for over HTTP and nobody could report them
 */
export function findCallbackKeys(config: Config): SigningKeys | undefined {
  if (config.payments === 'webhook') requireSettings(config, ['paymentSecret']);
  return config.paymentSecret === undefined ? undefined : parseSigningSecrets(config.paymentSecret);
}
