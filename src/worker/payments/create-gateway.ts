/** Chooses the payment gateway that the configuration names. */
import type { Config } from '../../core/config/schema.js';
import { requireSettings } from '../../core/config/require-settings.js';
import type { PaymentGateway } from './gateway.js';
import { createSimulatedGateway } from './simulated-gateway.js';

/** @throws AppError CONFIG_INVALID when none is named: there is no default for who takes the money */
export function createGateway(config: Config): PaymentGateway {
  const { payments } = requireSettings(config, ['payments']);
  switch (payments) {
    case 'simulated':
      return createSimulatedGateway({
        approveRate: config.simulatedApproveRate,
        latencyMs: config.simulatedLatency,
        declineUsers: config.simulatedDeclineUsers,
        manualCapture: config.simulatedManualCapture,
      });
  }
}
