/** What was missing, and what was done about it, in three lines. */
import type { EnsuredTopic, FoundTopic } from '../../core/kafka/kafka-admin.js';
import type { UnavailableStore } from '../../core/partial-answer.js';
import type { NamespaceDescription } from '../../core/temporal/check-namespace.js';
import type { Output } from '../output/output.js';

/** The published shape; fields are only ever added. */
export interface MigrateReport {
  readonly dryRun: boolean;
  /** Null: the store was away. `pending` is empty after a run. */
  readonly migrations: {
    readonly applied: readonly string[];
    readonly pending: readonly string[];
    readonly alreadyApplied: number;
  } | null;
  readonly topics: readonly (EnsuredTopic | FoundTopic)[] | null;
  readonly namespace: NamespaceDescription | null;
  readonly unavailable: readonly UnavailableStore[];
}

export function renderMigrate(output: Output, report: MigrateReport): string {
  const { migrations, topics, namespace } = report;
  const away = output.colours.bad('unavailable');
  return [
    `tables     ${migrations ? tablesText(output, migrations) : away}`,
    `topics     ${topics ? topicsText(output, topics) : away}`,
    `namespace  ${namespace ? namespaceText(namespace) : away}`,
  ].join('\n');
}

function tablesText(output: Output, found: NonNullable<MigrateReport['migrations']>): string {
  const { good, warning } = output.colours;
  if (found.applied.length > 0) return `${good('applied')} ${found.applied.join(', ')}`;
  if (found.pending.length > 0) return `${warning('would apply')} ${found.pending.join(', ')}`;
  return `up to date (${found.alreadyApplied} migrations)`;
}

function topicsText(output: Output, topics: NonNullable<MigrateReport['topics']>): string {
  const { good, warning } = output.colours;
  const named = (outcome: string) =>
    topics
      .filter((topic) => topic.outcome === outcome)
      .map(({ topic, partitions }) => `${topic} (${partitions})`)
      .join(', ');
  const [created, missing] = [named('created'), named('missing')];
  if (created) return `${good('created')} ${created}`;
  if (missing) return `${warning('would create')} ${missing}`;
  return `all ${topics.length} exist`;
}

function namespaceText({ namespace, retentionDays }: NamespaceDescription): string {
  if (retentionDays === null) return namespace;
  return `${namespace}, closed workflows are kept ${retentionDays} day${retentionDays === 1 ? '' : 's'}`;
}
