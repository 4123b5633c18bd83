/** Runs roles for a rehearsal or a demo, with a gateway that does what the rehearsal expects of it. */
import { join } from 'node:path';
import type { Lifecycle } from '../../core/lifecycle.js';
import { ROLES } from '../../core/names.js';
import { createMachine } from '../../dev/machine.js';
import type { Voice } from '../voice.js';
import type { PaymentRules } from './observations.js';
import { createRoles, type Roles, type RolesOptions } from './roles.js';

/** Holds of a killed serve are swept while the rehearsal still watches; by default it would take a minute. */
const SWEEPS = { ORDERSCTL_HOLD_SWEEP_AGE: '5s', ORDERSCTL_SWEEP_INTERVAL: '3s' };

export interface OwnRoles extends Pick<RolesOptions, 'env' | 'serves' | 'binary' | 'giveWay'> {
  /** Logs go to `logs` in it. */
  readonly folder: string;
  /** The caller's environment: where programs are found. */
  readonly programs: Readonly<Record<string, string | undefined>>;
  readonly rules: PaymentRules;
}

/**
 * They end with the lifecycle.
 * @throws AppError UNAVAILABLE when one does not become ready
 */
export async function openRoles(
  { env, folder, programs, rules, serves, binary, giveWay }: OwnRoles,
  { lifecycle, voice }: { readonly lifecycle: Lifecycle; readonly voice: Voice },
): Promise<Roles> {
  const roles = await createRoles({
    machine: createMachine(programs, lifecycle.signal),
    env: { ...env, ...SWEEPS, ORDERSCTL_HOST: '127.0.0.1', ...gatewayOf(rules) },
    logFolder: join(folder, 'logs'),
    signal: lifecycle.signal,
    ...(giveWay !== undefined && { giveWay }),
    ...(serves !== undefined && { serves }),
    ...(binary !== undefined && { binary }),
  });
  lifecycle.signal.throwIfAborted();
  lifecycle.own('roles', () => roles.stop());
  const startedAt = performance.now();
  await Promise.all(ROLES.map((role) => roles.start(role)));
  voice.line(`started  ${ROLES.join(', ')}  ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
  return roles;
}

function gatewayOf({ declinedPrefix, latePrefix, payWithinMs }: PaymentRules): Record<string, string> {
  return {
    ORDERSCTL_PAYMENTS: 'simulated',
    ORDERSCTL_PAYMENT_DEADLINE: `${payWithinMs}ms`,
    ORDERSCTL_SIMULATED_APPROVE_RATE: '1',
    ORDERSCTL_SIMULATED_TIMEOUT_RATE: '0',
    ORDERSCTL_SIMULATED_MANUAL_CAPTURE: 'false',
    ORDERSCTL_SIMULATED_DECLINES_FINAL: 'true',
    ...(declinedPrefix !== null && { ORDERSCTL_SIMULATED_DECLINE_USERS: declinedPrefix }),
    ...(latePrefix !== null && { ORDERSCTL_SIMULATED_MANUAL_USERS: latePrefix }),
  };
}
