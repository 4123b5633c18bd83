/** Chooses the payment gateway that the configuration names. */
import type { Config } from '../../core/config/schema.js';
import { requireSettings } from '../../core/config/require-settings.js';
import { AppError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import { parseSigningSecrets } from '../../core/payments/signing-secrets.js';
import type { PaymentGateway } from './gateway.js';
import { createSimulatedGateway } from './simulated-gateway.js';
import { createWebhookGateway } from './webhook-gateway.js';

/**
 * @throws AppError CONFIG_INVALID when none is named, or the one that is lacks a setting: nothing about money is guessed;
 *   and for simulated payments in production, which would give goods away
 */
export function createGateway(config: Config, log: Log): PaymentGateway {
  const { payments } = requireSettings(config, ['payments']);
  if (config.production && payments === 'simulated') {
    throw new AppError('CONFIG_INVALID', 'payments are simulated, and this is production', {
      hint: 'Set ORDERSCTL_PAYMENTS=webhook with the address and the secret of the provider (docs/payments.md)',
    });
  }
  switch (payments) {
    case 'simulated':
      return createSimulatedGateway({
        approveRate: config.simulatedApproveRate,
        latencyMs: config.simulatedLatency,
        declineUsers: config.simulatedDeclineUsers,
        declineAmounts: config.simulatedDeclineAmounts,
        declinesFinal: config.simulatedDeclinesFinal,
        manualCapture: config.simulatedManualCapture,
        manualUsers: config.simulatedManualUsers,
        timeoutRate: config.simulatedTimeoutRate,
        outageFile: config.simulatedOutageFile,
        refuseRefunds: config.simulatedRefuseRefunds,
      });
    case 'webhook': {
      const { paymentUrl, paymentSecret } = requireSettings(config, ['paymentUrl', 'paymentSecret']);
      return createWebhookGateway(
        {
          url: paymentUrl,
          keys: parseSigningSecrets(paymentSecret),
          timeoutMs: config.paymentTimeout,
          connections: config.paymentConnections,
        },
        log,
      );
    }
  }
}
