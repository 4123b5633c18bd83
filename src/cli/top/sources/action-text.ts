/** What an operator did, in one line: who, where, why, and to what, as far as the record names it shortly. */
import { z } from 'zod';
import type { RecentAction } from '../../../core/postgres/find-recent-actions.js';

const names = z.array(z.string()).catch([]);
/** Of what commands record as asked for, what it was about. */
const subjectsSchema = z
  .object({ products: names, orderIds: names, letters: names, operationId: z.string().nullish().catch(null) })
  .catch({ products: [], orderIds: [], letters: [], operationId: null });
const NAMED = 2;

/** `sale pause mug-white by anna on ops-1: wrong price` */
export function actionText({ actor, host, command, reason, arguments: asked }: RecentAction): string {
  const { products, orderIds, letters, operationId } = subjectsSchema.parse(asked);
  const subjects = [...products, ...orderIds, ...letters, ...(operationId ? [operationId] : [])];
  const more = subjects.length - NAMED;
  const about = subjects.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
  const why = reason === null ? '' : `: ${reason}`;
  return `${command}${about === '' ? '' : ` ${about}`} by ${actor} on ${host}${why}`;
}
