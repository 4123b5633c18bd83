/** What a rehearsal finds before it begins: roles that run, and an API that knows its buyers. */
import type { ApiClient } from '../../bench/load/http-client.js';
import type { Identify } from '../../bench/load/identify.js';
import { AppError } from '../../core/errors.js';
import { ROLES, type Role } from '../../core/names.js';
import type { Db } from '../../core/postgres/db.js';
import { findLiveReplicas } from '../../core/postgres/find-live-replicas.js';

/** An idle replica gives a sign every ten seconds. */
const ALIVE_WITHIN_MS = 25_000;

/** Names of the replicas that are alive, by role. */
export type LiveRoles = Readonly<Record<Role, readonly string[]>>;

export async function findLiveRoles(db: Db): Promise<LiveRoles> {
  const found = await findLiveReplicas(db, { withinMs: ALIVE_WITHIN_MS });
  const of = (role: Role) => found.filter((one) => one.role === role).map(({ replica }) => replica);
  return { serve: of('serve'), consume: of('consume'), worker: of('worker') };
}

/** In words, those that gave signs of life before and do not any more. */
export function missingOf(before: LiveRoles, after: LiveRoles): string[] {
  return ROLES.flatMap((role) =>
    before[role]
      .filter((replica) => !after[role].includes(replica))
      .map((replica) => `${role} ${replica} is silent`),
  );
}

/** What keeps buyers from being served; null for nothing. */
export async function examineApi(
  client: ApiClient,
  origins: readonly string[],
  identify: Identify,
): Promise<string | null> {
  // Each request takes the next origin.
  for (const origin of origins) {
    const answer = await client.send({
      method: 'GET',
      path: '/orders?limit=1',
      caller: identify('rehearsal'),
    });
    if (answer.kind === 'lost') return `${origin} does not answer (${answer.reason})`;
    if (answer.status === 401) return `${origin} does not believe the tokens of this configuration`;
    if (answer.status !== 200) return `${origin} answers ${answer.status} ${answer.body.code ?? ''}`.trim();
  }
  return null;
}

/** @throws AppError UNAVAILABLE when an order could not come to its end */
export function assertRolesLive(live: LiveRoles): void {
  const missing = ROLES.filter((role) => live[role].length === 0);
  if (missing.length === 0) return;
  throw new AppError(
    'UNAVAILABLE',
    `no ${missing.join(' and no ')} gives a sign of life; nothing was changed`,
    {
      hint: `Start ${missing.map((role) => `ordersctl ${role}`).join(', ')}, or let the rehearsal run its own: --with-roles`,
    },
  );
}

/**
 * The doors are closed and the API says so: only one on the same PostgreSQL, Redis and prefix can.
 * @throws AppError CONFIG_INVALID when it does not know the product
 */
export async function assertSameStack(
  client: ApiClient,
  origins: readonly string[],
  caller: Readonly<Record<string, string>>,
  productId: string,
): Promise<void> {
  for (const origin of origins) {
    const answer = await client.send({
      method: 'POST',
      path: '/orders',
      caller,
      body: { productId, quantity: 1 },
    });
    if (answer.kind === 'answered' && answer.body.code === 'SALE_CLOSED') continue;
    const said = answer.kind === 'lost' ? answer.reason : `${answer.status} ${answer.body.code ?? ''}`.trim();
    throw new AppError(
      'CONFIG_INVALID',
      `${origin} does not sell the products of this configuration (${said})`,
      {
        hint: 'It works on another PostgreSQL, Redis or prefix: give --api, or the context of that stack',
      },
    );
  }
}
