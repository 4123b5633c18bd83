/** A payment provider that exists only here: for the local stack, the demo, rehearsals and tests. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../../core/errors.js';
import type { GatewayAnswer, GatewayRequest, PaymentGateway } from './gateway.js';

export interface SimulatedSettings {
  /** Share of approved payments, 0 to 1. */
  readonly approveRate: number;
  readonly latencyMs: number;
  /** Users whose id starts with this are declined; undefined or empty for none. */
  readonly declineUsers?: string | undefined;
  /** Amounts whose minor units end in one of these are declined. */
  readonly declineAmounts?: readonly string[] | undefined;
  /** False leaves the order payable after a decline. True when undefined. */
  readonly declinesFinal?: boolean | undefined;
  /** True waits for the customer instead of capturing at once: the first attempt captures nothing, later ones are theirs. */
  readonly manualCapture: boolean;
  /** The same for users whose id starts with this; undefined or empty for none. */
  readonly manualUsers?: string | undefined;
  /** Share of calls whose answer is lost after it was decided, 0 to 1. */
  readonly timeoutRate?: number | undefined;
  /** While this file exists every call fails. */
  readonly outageFile?: string | undefined;
  /** Refunds of amounts whose minor units end in one of these are refused. */
  readonly refuseRefunds?: readonly string[] | undefined;
}

/** A call that takes longer is kept out of workflow tasks, as a real provider's would be. */
const QUICK_MS = 100;

/**
 * Keeps no memory: the answer follows from the request alone, so that a retry gets the same one, in another process
 * too.
 */
export function createSimulatedGateway(settings: SimulatedSettings): PaymentGateway {
  const { latencyMs, outageFile, timeoutRate = 0 } = settings;

  async function reach(signal: AbortSignal): Promise<void> {
    if (outageFile !== undefined && existsSync(outageFile)) throw away('is switched off');
    if (latencyMs > 0) await wait(latencyMs, undefined, { signal });
  }
  /** By key and call, so that the same call loses its answer in every rehearsal, and the next one may get through. */
  function loseSome(key: string, call = 0): void {
    if (shareOf(`lost ${key} ${call}`) < timeoutRate) throw away('has lost its answer');
  }

  return {
    name: 'simulated',
    quick: latencyMs <= QUICK_MS,
    async requestPayment(request, signal) {
      await reach(signal);
      const answer = decide(request, settings);
      loseSome(request.idempotencyKey, request.call);
      return answer;
    },
    async refund({ idempotencyKey, amount }, signal) {
      await reach(signal);
      if (endsIn(amount.amountMinor, settings.refuseRefunds)) {
        return { kind: 'refused', code: 'refund_refused' };
      }
      return { kind: 'refunded', reference: `sim_${idempotencyKey}` };
    },
  };
}

function decide(request: GatewayRequest, settings: SimulatedSettings): GatewayAnswer {
  const reference = `sim_${request.idempotencyKey}`;
  const { declineUsers, manualUsers } = settings;
  const isManual = settings.manualCapture || (manualUsers && request.userId.startsWith(manualUsers));
  if (isManual && request.attempt === 1) return { kind: 'requires-action', reference };
  const final = settings.declinesFinal ?? true;
  if (declineUsers && request.userId.startsWith(declineUsers)) {
    return { kind: 'declined', final, code: 'card_declined' };
  }
  if (endsIn(request.amount.amountMinor, settings.declineAmounts)) {
    return { kind: 'declined', final, code: 'amount_declined' };
  }
  if (shareOf(request.idempotencyKey) >= settings.approveRate) {
    return { kind: 'declined', final, code: 'insufficient_funds' };
  }
  return { kind: 'captured', reference, amount: request.amount };
}

function endsIn(amountMinor: number, endings: readonly string[] = []): boolean {
  return endings.some((ending) => String(amountMinor).endsWith(ending));
}

function away(how: string): AppError {
  return new AppError('UNAVAILABLE', `the simulated gateway ${how}`, {
    context: { dependency: 'payment gateway' },
  });
}

/** A number in [0, 1) that is evenly spread over keys and always the same for one key. */
function shareOf(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE(0) / 2 ** 32;
}
