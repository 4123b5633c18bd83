/** Goes through the dead letters from the oldest of each partition on, each with what became of it. */
import type { ReadStoredOptions, Visit } from '../kafka/read-stored.js';
import type { MessagePosition } from '../kafka/port.js';
import { TOPICS } from '../names.js';
import type { DeadLetterKey } from '../postgres/dead-letter-keys.js';
import type { DeadLetterAction } from '../postgres/find-dead-letter-actions.js';
import { readDeadLetter, type DeadLetter } from './dead-letter.js';
import { createLetterFilter, type LetterFilter } from './select-letters.js';

/** open: nobody did anything; begun: a replay was begun and not finished; unknown: Postgres could not be asked. */
export type LetterState = 'open' | 'begun' | 'replayed' | 'dropped' | 'unknown';

export interface FoundLetter extends DeadLetter {
  readonly state: LetterState;
}

export interface LetterSources {
  readonly read: (options: ReadStoredOptions, visit: Visit) => Promise<void>;
  /** Null when Postgres is away. */
  readonly findActions: (keys: readonly DeadLetterKey[]) => Promise<readonly DeadLetterAction[] | null>;
}

export interface LetterScan {
  readonly filter: LetterFilter;
  /** True: also those that were replayed or dropped. */
  readonly handled: boolean;
  /** Begins after this one, in the order of partition and offset. */
  readonly after?: MessagePosition;
  readonly now: Date;
}

/**
 * Finite although letters are written meanwhile, and in the order of partition and offset, so that an id is a cursor.
 * @param take told the letters that match, some at a time; `stop` ends it
 * @throws AppError UNAVAILABLE when Kafka does not answer
 */
export async function scanLetters(
  sources: LetterSources,
  scan: LetterScan,
  take: (letters: readonly FoundLetter[]) => 'go-on' | 'stop',
): Promise<void> {
  const { ids } = scan.filter;
  if (ids?.length === 0) return;
  const matches = createLetterFilter(scan.filter, scan.now);
  const sorted = [...(ids ?? [])].sort(comparePositions);
  const last = sorted.at(-1);
  await sources.read({ topic: TOPICS.deadLetters, ...stretchOf(sorted, scan.after) }, async (messages) => {
    const letters = messages.map(readDeadLetter).filter(matches);
    const found = (await withStates(sources, letters)).filter(
      ({ state }) => scan.handled || state === 'open' || state === 'begun' || state === 'unknown',
    );
    if (found.length > 0 && take(found) === 'stop') return 'stop';
    const reached = messages.at(-1);
    return last && reached && comparePositions(reached, last) >= 0 ? 'stop' : 'go-on';
  });
}

export async function withStates(
  { findActions }: Pick<LetterSources, 'findActions'>,
  letters: readonly DeadLetter[],
): Promise<FoundLetter[]> {
  if (letters.length === 0) return [];
  const actions = await findActions(letters);
  const byKey = new Map(actions?.map((action) => [keyText(action), action]));
  return letters.map((letter) => ({
    ...letter,
    state: actions === null ? 'unknown' : stateOf(byKey.get(keyText(letter))),
  }));
}

export function comparePositions(a: MessagePosition, b: MessagePosition): number {
  if (a.partition !== b.partition) return a.partition - b.partition;
  const difference = BigInt(a.offset) - BigInt(b.offset);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Only the part of the topic in which letters named by hand can be. */
function stretchOf(
  sorted: readonly MessagePosition[],
  after: MessagePosition | undefined,
): Pick<ReadStoredOptions, 'partition' | 'after'> {
  const [first] = sorted;
  if (!first) return after ? { after } : {};
  const before = { partition: first.partition, offset: (BigInt(first.offset) - 1n).toString() };
  const begin = after && comparePositions(after, before) > 0 ? after : before;
  const onePartition = sorted.every(({ partition }) => partition === first.partition);
  return { after: begin, ...(onePartition && { partition: first.partition }) };
}

export function keyText({ partition, offset, writtenAt }: DeadLetterKey): string {
  return `${partition}:${offset}:${writtenAt.getTime()}`;
}

function stateOf(action: DeadLetterAction | undefined): LetterState {
  if (!action) return 'open';
  if (action.doneAt === null) return 'begun';
  return action.action === 'drop' ? 'dropped' : 'replayed';
}
