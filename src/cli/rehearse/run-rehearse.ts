/** `ordersctl rehearse`: plan, question, sale, verdict, and everything of it removed again. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createApiClient } from '../../bench/load/http-client.js';
import { newRun } from '../../bench/rehearse/names.js';
import { requireSettings } from '../../core/config/require-settings.js';
import { exitCodeOfSignal } from '../../core/ending-signals.js';
import { AppError, EXIT } from '../../core/errors.js';
import type { CatalogDeps } from '../../core/catalog/catalog-deps.js';
import type { CliContext } from '../context.js';
import { interruptible } from '../interrupt.js';
import { beginMutation, type Mutation } from '../mutation/begin-mutation.js';
import { askedFor } from '../mutation/options.js';
import { takenError } from '../report/write-report-file.js';
import { withCatalog } from '../with-catalog.js';
import { conclude } from './conclude.js';
import { holdHere, type RehearseConfig } from './hold-here.js';
import { identityOf } from './identity.js';
import { assertRolesLive, examineApi, findLiveRoles } from './look-around.js';
import { makePlan, type Plan } from './make-plan.js';
import type { RehearseOptions } from './options.js';
import { planJson, showPlan, type PlanView } from './show-plan.js';
import { openStackKiller } from './stack-killer.js';

/**
 * Ends with the context's exit code: 0, 3 when the verdict failed, 130 or 143 when a signal closed the sale.
 * @throws AppError USAGE, REFUSED, CONFIG_INVALID, UNAVAILABLE: nothing was changed unless the message says so
 */
export async function runRehearse(context: CliContext, options: RehearseOptions): Promise<void> {
  const config = requireSettings(await context.loadConfig(), ['databaseUrl', 'redisUrl']);
  const mutation = beginMutation(context, config, 'rehearse', options);
  if (options.clean !== undefined) {
    const { runClean } = await import('./run-clean.js');
    return runClean(context, config, mutation, options.clean);
  }
  assertHtmlFree(context, options);
  const plan = makePlan(newRun(), options, config);
  if (plan.withRoles) requireSettings(config, ['kafkaBrokers', 'temporalAddress']);
  const strikeServer = openStackKiller(plan.kills, config, context.io.cwd);
  await withCatalog(context, config, async (catalog) => {
    const view = await lookAt(catalog, plan, options, config);
    if (mutation.dryRun)
      return context.output.json ? context.output.data(planJson(view)) : showPlan(context, view);
    assertReady(view);
    if (!context.output.json) showPlan(context, view);
    await mutation.confirm({ what: questionOf(plan) });
    await begin(catalog, mutation, plan, options);
    const { value: report, interruptedBy } = await interruptible(
      context,
      (stop) => holdHere(context, { ...view, options, config, catalog, mutation, strikeServer, stop }),
      () => undefined,
    ).catch((error: unknown) => {
      context.output.note(
        `Its products are still there. To remove them: ordersctl rehearse --clean ${plan.run}`,
      );
      throw error;
    });
    await conclude(context, { report, catalog, mutation, options, plan });
    if (interruptedBy) context.exitWith(exitCodeOfSignal(interruptedBy));
    else if (report.verdict === 'failed') context.exitWith(EXIT.problem);
  });
}

function assertHtmlFree({ io }: CliContext, { html, force }: RehearseOptions): void {
  if (html !== undefined && force !== true && existsSync(resolve(io.cwd, html))) throw takenError(html);
}

async function lookAt(
  catalog: CatalogDeps,
  plan: Plan,
  options: RehearseOptions,
  config: RehearseConfig,
): Promise<PlanView> {
  await catalog.redis.ping().catch((error: unknown) => {
    throw new AppError(
      'UNAVAILABLE',
      `Redis does not answer: ${error instanceof Error ? error.message : 'unknown'}`,
      {
        hint: 'Check REDIS_URL and that Redis runs; locally: ordersctl dev status',
        cause: error,
      },
    );
  });
  const keep = options.keep === true;
  if (plan.withRoles) return { plan, apis: [], live: null, apiProblem: null, keep };
  const apis = options.api ?? [`http://127.0.0.1:${config.port}`];
  const client = createApiClient(...apis);
  try {
    const apiProblem = await examineApi(client, apis, identityOf(config).identify);
    return { plan, apis, live: await findLiveRoles(catalog.pool), apiProblem, keep };
  } finally {
    client.close();
  }
}

/** @throws AppError UNAVAILABLE where the sale could not be held */
function assertReady({ live, apiProblem }: PlanView): void {
  if (live === null) return;
  assertRolesLive(live);
  if (apiProblem === null) return;
  throw new AppError('UNAVAILABLE', `${apiProblem}; nothing was changed`, {
    hint: 'Say where the API is: --api http://host:port, repeated for several replicas; or run roles for it: --with-roles',
  });
}

function questionOf({ crowd, goods, kills }: Plan): string {
  const blows = kills.length === 0 ? '' : `, and kill ${kills.join(', ')}`;
  return `let ${crowd.buyers.toLocaleString('en-US')} made-up buyers order ${goods.length} products of their own${blows}`;
}

/** On record before the first row is made: what is not on record is never cleaned. */
async function begin(
  { pool }: CatalogDeps,
  mutation: Mutation,
  { run, goods, withRoles }: Plan,
  options: RehearseOptions,
): Promise<void> {
  await mutation.record(pool, {
    arguments: { ...askedFor(options), run, products: goods.length, withRoles },
  });
}
