/** Chooses the payment gateway that the configuration names. */
import type { Config } from '../../core/config/schema.js';
import { requireSettings } from '../../core/config/require-settings.js';
import type { Log } from '../../core/log.js';
import { parseSigningSecrets } from '../../core/payments/signing-secrets.js';
import type { PaymentGateway } from './gateway.js';
import { createSimulatedGateway } from './simulated-gateway.js';
import { createWebhookGateway } from './webhook-gateway.js';

/** @throws AppError CONFIG_INVALID when none is named, or the one that is lacks a setting: nothing about money is guessed */
export function createGateway(config: Config, log: Log): PaymentGateway {
  const { payments } = requireSettings(config, ['payments']);
  switch (payments) {
    case 'simulated':
      return createSimulatedGateway({
        approveRate: config.simulatedApproveRate,
        latencyMs: config.simulatedLatency,
        declineUsers: config.simulatedDeclineUsers,
        declineAmounts: config.simulatedDeclineAmounts,
        declinesFinal: config.simulatedDeclinesFinal,
        manualCapture: config.simulatedManualCapture,
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
