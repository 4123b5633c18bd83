/** What a rehearsal would do, before it is asked whether it may. */
import { formatDuration } from '../../core/duration.js';
import { formatMoney } from '../../core/money.js';
import { ROLES } from '../../core/names.js';
import type { CliContext } from '../context.js';
import { within } from './within.js';
import type { LiveRoles } from './look-around.js';
import type { Plan } from './make-plan.js';

export interface PlanView {
  readonly plan: Plan;
  readonly apis: readonly string[];
  /** Null with roles of its own. */
  readonly live: LiveRoles | null;
  /** What keeps it from being held; null for nothing. */
  readonly apiProblem: string | null;
  readonly keep: boolean;
}

const INDENT = 12;

/** For --dry-run under --json. */
export function planJson({ plan, apis, live, apiProblem, keep }: PlanView): object {
  const { crowd, rules } = plan;
  return {
    dryRun: true,
    run: plan.run,
    products: plan.goods.map(({ productId, quantity, price }) => ({ productId, quantity, price })),
    buyers: crowd.buyers,
    atTheDoor: crowd.rush,
    ratePerSecond: plan.ratePerSecond,
    durationMs: crowd.durationMs,
    rampMs: crowd.rampMs,
    seed: crowd.seed,
    shares: crowd.shares,
    customerLimit: plan.customerLimit,
    declinedUsers: rules.declinedPrefix,
    lateUsers: rules.latePrefix,
    ownRoles: plan.withRoles,
    liveRoles: live && Object.fromEntries(ROLES.map((role) => [role, live[role].length])),
    api: apis,
    apiProblem,
    kills: plan.kills,
    targets: plan.targets,
    keep,
    notes: plan.notes,
  };
}

export function showPlan({ output }: Pick<CliContext, 'output'>, view: PlanView): void {
  const { heading, warning } = output.colours;
  for (const [label, text] of linesOf(view))
    output.line(`${heading(label.padEnd(INDENT))}${within(output, text, INDENT)}`);
  for (const note of view.plan.notes)
    output.line(`${warning('note'.padEnd(INDENT))}${within(output, note, INDENT)}`);
}

function linesOf({ plan, apis, live, apiProblem, keep }: PlanView): [string, string][] {
  const { goods, crowd, kills, targets } = plan;
  const [first] = goods;
  const names =
    goods.length === 1 ? (first?.productId ?? '') : `${first?.productId ?? ''} to -${goods.length}`;
  const units = goods.reduce((sum, { quantity }) => sum + quantity, 0);
  const price = first ? `, from ${formatMoney(first.price)}` : '';
  const rise = crowd.rampMs > 0 ? ` after a rise of ${formatDuration(crowd.rampMs)}` : '';
  return [
    ['rehearsal', plan.run],
    ['products', `${names}: ${units} units${price}; ${plan.customerLimit ?? 'any'} for each customer`],
    [
      'buyers',
      `${count(crowd.buyers)} in ${formatDuration(crowd.durationMs)}: ${count(crowd.rush)} at the door, then ${count(plan.ratePerSecond)} a second${rise}`,
    ],
    ['habits', habitsOf(plan)],
    ['roles', live === null ? `its own: ${ownRolesOf(plan)}` : liveText(live)],
    [
      'api',
      live === null
        ? 'on free ports of this machine'
        : `${apis.join(', ')}${apiProblem ? `: ${apiProblem}` : ''}`,
    ],
    ['kills', kills.length === 0 ? 'nothing' : `${kills.join(', then ')}`],
    ['targets', targets ? `202 within ${targets.p50Ms} ms (p50) and ${targets.p99Ms} ms (p99)` : 'none'],
    ['afterwards', keep ? 'everything stays' : 'everything of it is removed, unless the verdict is failed'],
  ];
}

function habitsOf({ crowd: { shares, declinedPrefix } }: Plan): string {
  const percent = (share: number) => `${Math.round(share * 1_000) / 10} %`;
  return [
    `${percent(shares.abandon)} hang up`,
    `${percent(shares.late)} pay late`,
    `${percent(shares.cheat)} cheat`,
    declinedPrefix === null ? 'nobody is declined' : 'some are declined',
    'everybody comes again when asked to',
  ].join(', ');
}

function ownRolesOf({ serves }: Plan): string {
  return `${serves === 1 ? 'serve' : `${serves} serve`}, consume, worker`;
}

function liveText(live: LiveRoles): string {
  return ROLES.map((role) => `${live[role].length} ${role}`).join(', ');
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
