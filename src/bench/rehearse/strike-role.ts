/** Kills a role of the rehearsal's own and starts it again. */
import { AppError } from '../../core/errors.js';
import { isRole, type KillPoint } from './names.js';
import type { Roles } from './roles.js';

/** @throws AppError UNAVAILABLE when it does not come back; INTERNAL for what is no role */
export async function strikeRole(roles: Roles, point: KillPoint): Promise<void> {
  if (!isRole(point)) throw new AppError('INTERNAL', `${point} is no role`);
  await roles.kill(point);
  await roles.start(point);
}
