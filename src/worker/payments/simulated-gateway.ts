/** A payment provider that exists only here: for the local stack, the demo, rehearsals and tests. */
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { GatewayAnswer, GatewayRequest, PaymentGateway } from './gateway.js';

export interface SimulatedSettings {
  /** Share of approved payments, 0 to 1. */
  readonly approveRate: number;
  readonly latencyMs: number;
  /** Users whose id starts with this are declined; undefined or empty for none. */
  readonly declineUsers?: string;
  /** True waits for the customer instead of capturing at once. */
  readonly manualCapture: boolean;
}

/** A call that takes longer is kept out of workflow tasks, as a real provider's would be. */
const QUICK_MS = 100;

/**
 * Keeps no memory: the answer follows from the request alone, so that a retry gets the same one, in another process
 * too. Its declines are final.
 */
export function createSimulatedGateway(settings: SimulatedSettings): PaymentGateway {
  return {
    name: 'simulated',
    quick: settings.latencyMs <= QUICK_MS,
    async requestPayment(request, signal) {
      if (settings.latencyMs > 0) await wait(settings.latencyMs, undefined, { signal });
      return answer(request, settings);
    },
    async refund(request, signal) {
      if (settings.latencyMs > 0) await wait(settings.latencyMs, undefined, { signal });
      return { kind: 'refunded', reference: `sim_${request.idempotencyKey}` };
    },
  };
}

function answer(request: GatewayRequest, settings: SimulatedSettings): GatewayAnswer {
  const { declineUsers } = settings;
  if (declineUsers && request.userId.startsWith(declineUsers)) {
    return { kind: 'declined', final: true, code: 'card_declined' };
  }
  if (shareOf(request.idempotencyKey) >= settings.approveRate) {
    return { kind: 'declined', final: true, code: 'insufficient_funds' };
  }
  const reference = `sim_${request.idempotencyKey}`;
  return { kind: settings.manualCapture ? 'requires-action' : 'captured', reference };
}

/** A number in [0, 1) that is evenly spread over keys and always the same for one key. */
function shareOf(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE(0) / 2 ** 32;
}
