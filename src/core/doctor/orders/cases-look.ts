/** The one look at orders that wait for somebody. */
import type { Cases } from '../../postgres/count-cases.js';
import type { Sources } from '../check.js';

/** As old as the sweep of unstarted orders lets them become. */
export const WAITING_MS = 300_000;

export async function casesLook({ stores }: Sources): Promise<Cases> {
  const { countCases } = await import('../../postgres/count-cases.js');
  return countCases(await stores.postgres(), { waitingMs: WAITING_MS });
}
