/** Names of a rehearsal's own: by them alone its products, buyers and keys are known, and nothing else is touched. */
import { randomBytes } from 'node:crypto';
import type { Role } from '../../core/names.js';
import { ROLES } from '../../core/names.js';

/** What can be killed in mid-sale: a role of the rehearsal's own, or a server of the local stack. */
export const KILL_POINTS = [...ROLES, 'redis', 'kafka', 'temporal', 'postgres'] as const;
export type KillPoint = (typeof KILL_POINTS)[number];

export function isRole(point: KillPoint): point is Role {
  return (ROLES as readonly string[]).includes(point);
}

const PREFIX = 'rehearsal-';
const RUN = /^[0-9a-f]{8}$/;

/** A name for a run that nobody has used. */
export function newRun(): string {
  return randomBytes(4).toString('hex');
}

export function isRun(text: string): boolean {
  return RUN.test(text);
}

/** @param index from 0 */
export function rehearsalLabel(run: string, index: number): { productId: string; amountMinor: number } {
  return { productId: `${productPrefix(run)}${index + 1}`, amountMinor: 1_000 + 150 * index };
}

/** Every product of the run begins with it, and no other. */
export function productPrefix(run: string): string {
  return `${PREFIX}${run}-`;
}

/** Users and idempotency keys of the run begin with it, behind what a rule of the gateway wants. */
export function buyerPrefix(run: string): string {
  return `${PREFIX}${run}-`;
}

/** Of roles that the rehearsal runs itself: whose payments they decline, and who pays by hand. */
export const OWN_RULES = { declined: 'declined-', late: 'late-' } as const;
