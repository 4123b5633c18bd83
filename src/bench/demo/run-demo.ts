/** The demo, from nothing to a verdict: servers, tables and roles of its own, and a rehearsal on them. */
import { hostname } from 'node:os';
import type { Lifecycle } from '../../core/lifecycle.js';
import type { Log } from '../../core/log.js';
import type { Role } from '../../core/names.js';
import { createApiClient } from '../load/http-client.js';
import { signTokens } from '../load/identify.js';
import { createDoors } from '../rehearse/doors.js';
import { stockShelf } from '../rehearse/goods.js';
import { holdRehearsal } from '../rehearse/hold-rehearsal.js';
import { newRun } from '../rehearse/names.js';
import { openRoles } from '../rehearse/open-roles.js';
import { strikeRole } from '../rehearse/strike-role.js';
import { openStack } from '../stack/open-stack.js';
import type { Voice } from '../voice.js';
import { crowdOfDemo, DEMO_RULES } from './crowd-of-demo.js';
import { openStores } from './open-stores.js';
import { toDemoReport, type DemoReport } from './report.js';
import { demoLabel } from './shelf.js';

export interface DemoOptions {
  /** The demo's own: its `.ordersctl/`, the logs of its roles. */
  readonly folder: string;
  /** The caller's environment, for programs only: addresses in it are never used. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly buyers: number;
  readonly units: number;
  readonly products: number;
  readonly seed: number;
  readonly kill: Role | undefined;
  readonly keep: boolean;
}

export interface DemoParts {
  readonly log: Log;
  /** Owns all that is started; its end is the end of the demo. */
  readonly lifecycle: Lifecycle;
  readonly voice: Voice;
  /** Told where the servers are, when all runs and before the first buyer comes. */
  readonly onRunning?: (env: Readonly<Record<string, string>>) => void;
}

/** Longer than the sweep of a demo needs for the holds of a killed serve. */
const SETTLE_WITHIN_MS = 30_000;
const NEVER = new AbortController().signal;

/**
 * Resolves with the report; everything goes on running until the lifecycle ends.
 * @throws AppError REFUSED when a demo runs in the folder, UNAVAILABLE when a server or a role does not start; the
 *   abort reason when the lifecycle ends first
 */
export async function runDemo(options: DemoOptions, parts: DemoParts): Promise<DemoReport> {
  const { voice, lifecycle } = parts;
  const { folder, env } = options;
  const startedAt = performance.now();
  const run = newRun();
  const goods = stockShelf(options.products, options.units, demoLabel);

  const stack = await openStack({ folder, env, what: 'demo', ephemeral: true, giveWay: true }, parts);
  const catalog = openStores(stack, parts);
  const doors = createDoors(catalog, goods, null, { actor: 'demo', host: hostname() });
  await doors.seed();
  voice.line(`seeded   ${goods.map((one) => `${one.quantity} ${one.productId}`).join(', ')}`);
  const roles = await openRoles(
    { folder, env: stack.env, programs: env, rules: DEMO_RULES, giveWay: true },
    parts,
  );
  parts.onRunning?.(stack.env);

  const client = createApiClient(...roles.apis);
  try {
    const report = await holdRehearsal(
      {
        ...{ run, goods, rules: DEMO_RULES, customerLimit: null, targets: null },
        crowd: crowdOfDemo(options, goods),
        kills: options.kill === undefined ? [] : [options.kill],
        settleWithinMs: SETTLE_WITHIN_MS,
      },
      {
        ...{ client, catalog, doors, voice, startedAt },
        identify: signTokens(stack.env['ORDERSCTL_JWT_SECRET'] ?? ''),
        forge: null,
        strike: (point) => strikeRole(roles, point),
        crashes: () => Promise.resolve(roles.crashes()),
        stop: NEVER,
        signal: lifecycle.signal,
        place: roles.apis.join(', '),
      },
    );
    return toDemoReport(report, options.keep ? { api: roles.apis[0] ?? '', folder } : null);
  } finally {
    client.close();
  }
}
