/** Holds the sale of a rehearsal: its own roles if asked for, closed doors, buyers, the live view; all ended afterwards. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MOST_UNITS } from '../../bench/load/crowd.js';
import { createApiClient } from '../../bench/load/http-client.js';
import { createDoors } from '../../bench/rehearse/doors.js';
import { holdRehearsal } from '../../bench/rehearse/hold-rehearsal.js';
import { isRole, type KillPoint } from '../../bench/rehearse/names.js';
import { openRoles } from '../../bench/rehearse/open-roles.js';
import type { RehearsalReport } from '../../bench/rehearse/report.js';
import type { Roles } from '../../bench/rehearse/roles.js';
import { strikeRole } from '../../bench/rehearse/strike-role.js';
import type { CatalogDeps } from '../../core/catalog/catalog-deps.js';
import type { ConfigWith } from '../../core/config/require-settings.js';
import { STACK_FOLDER } from '../../core/config/stack-state.js';
import { toEnvironment } from '../../core/config/to-environment.js';
import { createLifecycle } from '../../core/lifecycle.js';
import { createLog } from '../../core/log.js';
import type { ServiceName } from '../../dev/service-names.js';
import type { CliContext } from '../context.js';
import { createVoice } from '../create-voice.js';
import type { Mutation } from '../mutation/begin-mutation.js';
import { identityOf } from './identity.js';
import { assertSameStack, findLiveRoles, missingOf } from './look-around.js';
import type { Plan } from './make-plan.js';
import type { RehearseOptions } from './options.js';
import type { PlanView } from './show-plan.js';
import { canWatchLive, createLiveWatch } from './watch-live.js';

export type RehearseConfig = ConfigWith<'databaseUrl' | 'redisUrl'>;

export interface Holding extends Pick<PlanView, 'apis' | 'live'> {
  readonly plan: Plan;
  readonly options: RehearseOptions;
  readonly config: RehearseConfig;
  readonly catalog: CatalogDeps;
  readonly mutation: Mutation;
  readonly strikeServer: (service: ServiceName) => Promise<void>;
  /** The first signal: closes the sale. */
  readonly stop: AbortSignal;
}

/** Roles drain; more than each of them is given. */
const RELEASE_DEADLINE_MS = 60_000;

/** Its products stay, whatever happens. @throws AppError as `holdRehearsal` and the roles do */
export async function holdHere(context: CliContext, holding: Holding): Promise<RehearsalReport> {
  const { plan, options, config, catalog, mutation, live } = holding;
  const startedAt = performance.now();
  const log = createLog({ level: context.flags.debug ? 'debug' : 'silent', name: 'rehearse', stream: 2 });
  const lifecycle = createLifecycle({ log, deadlineMs: RELEASE_DEADLINE_MS });
  const ownVoice = createVoice(context);
  const { stop } = holding;
  const watch = createLiveWatch(context, ownVoice, stop);
  const { voice } = watch;
  const sayStop = () =>
    voice.line(
      'stopping orders under way are waited for, and all of it is removed; once more to end at once',
    );
  stop.addEventListener('abort', sayStop, { once: true });
  try {
    const roles = plan.withRoles ? await openOwnRoles(context, holding, { lifecycle, voice }) : null;
    const doors = createDoors(
      catalog,
      plan.goods,
      { maxPerOrder: MOST_UNITS, maxPerCustomer: plan.customerLimit ?? 0 },
      { ...mutation.operator, ...(mutation.reason !== null && { reason: mutation.reason }) },
    );
    await doors.seed();
    voice.line(`seeded   ${plan.goods.map((one) => `${one.quantity} ${one.productId}`).join(', ')}`);
    const apis = roles?.apis ?? holding.apis;
    const client = createApiClient(...apis);
    lifecycle.own('buyers', () => client.close());
    const { identify, forge } = identityOf(config);
    const [first] = plan.goods;
    if (!roles && first)
      await assertSameStack(client, apis, identify(`${plan.crowd.who}first`), first.productId);
    if (canWatchLive(context, options.dashboard))
      watch.open(
        config,
        plan.goods.map(({ productId }) => productId),
      );
    return await holdRehearsal(plan, {
      ...{ client, identify, forge, doors, stop, catalog, voice, startedAt },
      strike: (point) => strike(point, roles, holding),
      crashes: async () =>
        roles ? roles.crashes() : live ? missingOf(live, await findLiveRoles(catalog.pool)) : [],
      signal: lifecycle.signal,
      place: apis.join(', '),
    });
  } finally {
    stop.removeEventListener('abort', sayStop);
    await watch.close();
    ownVoice.end();
    await lifecycle.end();
  }
}

function openOwnRoles(
  { io }: CliContext,
  { plan, options, config }: Holding,
  parts: Parameters<typeof openRoles>[1],
): Promise<Roles> {
  return openRoles(
    {
      // The port of each role is its own; a place's marks are not for processes that live as long as this command.
      env: toEnvironment(config, [
        ...(['port', 'adminPort', 'host', 'context', 'production', 'readOnly'] as const),
        ...(['payments', 'simulatedDeclineAmounts', 'simulatedOutageFile'] as const),
      ]),
      folder: makeLogFolder(io.cwd, plan.run),
      programs: io.env,
      rules: plan.rules,
      serves: plan.serves,
      ...(options.rolesFrom !== undefined && { binary: options.rolesFrom }),
    },
    parts,
  );
}

async function strike(point: KillPoint, roles: Roles | null, { strikeServer }: Holding): Promise<void> {
  if (!isRole(point)) return strikeServer(point);
  if (roles) await strikeRole(roles, point);
}

/** Where the roles of a rehearsal write their logs. */
export function logFolderOf(cwd: string, run: string): string {
  return join(cwd, STACK_FOLDER, 'rehearsals', run);
}

function makeLogFolder(cwd: string, run: string): string {
  const folder = logFolderOf(cwd, run);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '..', '.gitignore'), '*\n');
  return folder;
}
