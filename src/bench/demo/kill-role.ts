/** The blow in mid-sale: one role is killed without warning and started again at once. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Role } from '../../core/names.js';
import type { Tally } from '../load/tally.js';
import { unitsOf } from './judge.js';
import type { DemoReport } from './report.js';
import type { Roles } from './roles.js';

/** By now orders are in every stage of the pipeline. */
const SHARE_OF_UNITS = 0.4;
const POLL_MS = 10;

export interface Blow {
  readonly role: Role;
  readonly roles: Roles;
  readonly tally: Tally;
  readonly units: number;
  /** The latest moment after the opening. */
  readonly latestMs: number;
  readonly signal: AbortSignal;
}

/** Resolves when the role is ready again. @throws AppError UNAVAILABLE when it does not come back */
export async function killAndRestart(blow: Blow): Promise<NonNullable<DemoReport['killed']>> {
  const { role, roles, tally, signal } = blow;
  const openedAt = performance.now();
  const isTime = () =>
    unitsOf(tally.accepted) >= blow.units * SHARE_OF_UNITS || performance.now() - openedAt >= blow.latestMs;
  while (!isTime()) await delay(POLL_MS, undefined, { signal });
  const killedAt = performance.now();
  await roles.kill(role);
  await roles.start(role);
  return {
    role,
    afterSeconds: seconds(killedAt - openedAt),
    backAfterSeconds: seconds(performance.now() - killedAt),
  };
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}
