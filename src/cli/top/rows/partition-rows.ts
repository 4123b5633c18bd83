/** Partitions of the topics that are read in groups as rows. */
import { formatCount } from '../format/numbers.js';
import type { PartitionLine } from '../state/details.js';
import { toRow, type ListColumn, type ListRow } from './list-row.js';

export const PARTITION_COLUMNS: readonly ListColumn[] = [
  { title: 'TOPIC', width: 19, narrow: 12, growsTo: 36 },
  { title: 'GROUP', width: 18, growsTo: 36, drop: 1 },
  { title: 'PART', width: 4, align: 'right' },
  { title: 'END', width: 11, align: 'right', drop: 0 },
  { title: 'COMMITTED', width: 11, align: 'right' },
  { title: 'LAG', width: 9, align: 'right' },
  { title: 'READ', width: 6 },
];
const LAG = 5;
const READ = 6;

export function partitionRows(partitions: readonly PartitionLine[]): ListRow[] {
  return partitions.map(({ topic, group, partition, high, committed, lag, isRead }) =>
    toRow(
      `${topic}/${partition}`,
      [
        topic,
        group,
        String(partition),
        high,
        committed ?? '-',
        formatCount(lag, 9),
        isRead ? 'yes' : 'NOBODY',
      ],
      {
        sortBy: [
          topic,
          group,
          partition,
          Number(high),
          committed === null ? -1 : Number(committed),
          lag,
          isRead ? 1 : 0,
        ],
        meanings: {
          [LAG]: lag > 0 ? 'warning' : undefined,
          [READ]: isRead ? 'good' : 'bad',
        },
        isProblem: lag > 0 || !isRead,
        detail: [`${topic}/${partition} in group ${group}: ${lag} not handled`],
      },
    ),
  );
}
