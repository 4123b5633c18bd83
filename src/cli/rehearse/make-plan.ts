/** Works out a rehearsal from what was asked for and how the stack is set up. Pure. */
import { CUSTOMER_LIMIT } from '../../bench/load/cheat.js';
import { stockShelf } from '../../bench/rehearse/goods.js';
import type { Rehearsal } from '../../bench/rehearse/hold-rehearsal.js';
import {
  buyerPrefix,
  isRole,
  OWN_RULES,
  rehearsalLabel,
  type KillPoint,
} from '../../bench/rehearse/names.js';
import type { PaymentRules } from '../../bench/rehearse/observations.js';
import { identityModeOf } from '../../core/config/identity-mode.js';
import type { Config } from '../../core/config/schema.js';
import { AppError } from '../../core/errors.js';
import { MOST, type RehearseOptions } from './options.js';

export interface Plan extends Rehearsal {
  /** Roles are run by the rehearsal itself. */
  readonly withRoles: boolean;
  readonly serves: number;
  readonly ratePerSecond: number;
  readonly shares: { readonly abandon: number; readonly late: number; readonly cheat: number };
  /** What cannot be provoked on this stack, and what would have to be set for it. */
  readonly notes: readonly string[];
}

/** Those at the door come within the opening second. */
const OPENING_MS = 1_000;
/** Own roles: so long is waited for those who pay too late, and after a blow nobody else may run out of time. */
const PAY_WITHIN_MS = { calm: 20_000, struck: 60_000 } as const;
/** Nobody would wait longer for buyers who let their time run out. */
const LONGEST_DEADLINE_MS = 120_000;
const SWEEP_SLACK_MS = 15_000;
/** Of roles that the rehearsal runs itself (open-roles.ts). */
const OWN_SETTLE_MS = 40_000;

/**
 * @throws AppError USAGE for what cannot be, CONFIG_INVALID where nothing says how callers are known, REFUSED where
 *   buyers cannot be made up or somebody would be charged
 */
export function makePlan(run: string, options: RehearseOptions, config: Config): Plan {
  const withRoles = options.withRoles === true || options.kill.some(isRole);
  assertPossible(options, config, withRoles);
  const { units, products, rate, duration, burst, seed } = options;
  const ramp = Math.min(options.ramp, duration);
  const goods = stockShelf(products, units, (index) => rehearsalLabel(run, index), config.currency);
  const notes: string[] = [];
  const rules = withRoles ? ownRules(options) : foreignRules(options, config, notes);
  const shares = { abandon: options.abandon / 100, late: options.late / 100, cheat: options.cheat / 100 };
  const others = Math.round((rate * (duration - ramp / 2)) / 1_000);
  if (others + burst > MOST.buyers)
    throw new AppError(
      'USAGE',
      `${others + burst} buyers are more than the ${MOST.buyers} a rehearsal takes`,
      {
        hint: 'Lower --rate or --duration',
      },
    );
  if (config.rateLimitPerAddress !== undefined && options.api === undefined)
    notes.push('all buyers come from this machine: the limit per address will turn most of them away');
  return {
    ...{ run, goods, rules, notes, withRoles, shares },
    crowd: {
      ...{ seed, durationMs: duration, rampMs: ramp, rush: burst, rushMs: OPENING_MS },
      buyers: others + burst,
      products: goods.map(({ productId, weight }) => ({ productId, weight })),
      who: buyerPrefix(run),
      declinedPrefix: rules.declinedPrefix,
      latePrefix: rules.latePrefix,
      shares: { ...shares, late: rules.latePrefix === null ? 0 : shares.late },
      tooLate: rules.payWithinMs <= LONGEST_DEADLINE_MS,
    },
    customerLimit: CUSTOMER_LIMIT,
    kills: options.kill,
    targets: { p50Ms: options.targetP50, p99Ms: options.targetP99 },
    settleWithinMs: withRoles
      ? OWN_SETTLE_MS
      : config.holdSweepAge + 2 * config.sweepInterval + SWEEP_SLACK_MS,
    serves: options.serve,
    ratePerSecond: rate,
  };
}

function assertPossible(options: RehearseOptions, config: Config, withRoles: boolean): void {
  const { units, products, abandon, late, cheat, kill } = options;
  const fail = (message: string, hint: string) => {
    throw new AppError('USAGE', message, { hint });
  };
  if (units < products)
    fail(`${units} units are too few for ${products} products`, 'Give at least one unit for each product');
  if (abandon + late + cheat > 100)
    fail(
      `${abandon} + ${late} + ${cheat} percent are more than all buyers`,
      'Lower --abandon, --late or --cheat',
    );
  if (options.rate === 0 && options.burst === 0) fail('nobody would come', 'Give --rate or --burst');
  if (withRoles && options.api !== undefined)
    fail(
      '--api is for roles that run already',
      'Leave it out: buyers go to the serve that the rehearsal starts',
    );
  if (withRoles && config.production) {
    throw new AppError(
      'REFUSED',
      'a rehearsal starts and kills no roles in production; nothing was changed',
      {
        hint: 'Leave --kill and --with-roles out there, or rehearse blows on a stack of ordersctl dev up',
      },
    );
  }
  if (new Set<KillPoint>(kill).size < kill.length)
    fail('one thing is to be killed twice', 'Name each once in --kill');
  if (identityModeOf(config).kind === 'jwks') {
    throw new AppError(
      'REFUSED',
      'buyers get their tokens from an identity provider, which cannot be made up',
      {
        hint: 'Rehearse on a serve with ORDERSCTL_JWT_SECRET, or one behind its gateway with ORDERSCTL_AUTH=header',
      },
    );
  }
  if (!withRoles && config.payments !== 'simulated' && options.realPayments !== true) {
    const what = config.payments === undefined ? 'are not known here' : `go through ${config.payments}`;
    throw new AppError('REFUSED', `payments ${what}: every order of the rehearsal might be charged`, {
      hint: 'Set ORDERSCTL_PAYMENTS=simulated if the workers run so; --real-payments lets the provider be asked',
    });
  }
}

function ownRules({ late, kill }: RehearseOptions): PaymentRules {
  const payWithinMs = late === 0 ? 900_000 : kill.length > 0 ? PAY_WITHIN_MS.struck : PAY_WITHIN_MS.calm;
  return {
    declinedPrefix: OWN_RULES.declined,
    latePrefix: OWN_RULES.late,
    othersMayBeDeclined: false,
    payWithinMs,
  };
}

/** The workers that run are taken to have the same settings as this command. */
function foreignRules(options: RehearseOptions, config: Config, notes: string[]): PaymentRules {
  const isSimulated = config.payments === 'simulated';
  const declined = config.simulatedDeclineUsers;
  const late = config.simulatedManualUsers;
  const canDecline = isSimulated && declined !== undefined && config.simulatedDeclinesFinal;
  const canBeLate = isSimulated && late !== undefined;
  if (isSimulated && config.simulatedManualCapture) {
    throw new AppError(
      'REFUSED',
      'every payment of this stack waits for its customer, and most buyers pay nothing by hand',
      {
        hint: 'Use ORDERSCTL_SIMULATED_MANUAL_USERS=late- instead of ORDERSCTL_SIMULATED_MANUAL_CAPTURE',
      },
    );
  }
  if (!canDecline)
    notes.push(
      'no payment is declined: set ORDERSCTL_SIMULATED_DECLINE_USERS, such as declined-, for the workers and here',
    );
  if (options.late > 0 && !canBeLate)
    notes.push(
      'nobody pays late: set ORDERSCTL_SIMULATED_MANUAL_USERS, such as late-, for the workers and here',
    );
  if (options.late > 0 && canBeLate && config.paymentDeadline > LONGEST_DEADLINE_MS)
    notes.push('nobody pays too late: ORDERSCTL_PAYMENT_DEADLINE is longer than a rehearsal waits');
  return {
    declinedPrefix: canDecline ? declined : null,
    latePrefix: canBeLate ? late : null,
    othersMayBeDeclined:
      !isSimulated || config.simulatedApproveRate < 1 || config.simulatedDeclineAmounts !== undefined,
    payWithinMs: config.paymentDeadline,
  };
}
