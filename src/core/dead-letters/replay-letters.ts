/** Sends dead letters back to the topic they came from, as they were. */
import { toAppError, type AppError } from '../errors.js';
import type { KafkaRecord, Publisher } from '../kafka/port.js';
import { createPace } from '../pace.js';
import { beginLetterReplay } from '../postgres/begin-letter-replay.js';
import type { Pool } from '../postgres/create-pool.js';
import { finishLetterReplay } from '../postgres/finish-letter-replay.js';
import { lockLetterReplay } from '../postgres/lock-letter-replay.js';
import { withTransaction } from '../postgres/with-transaction.js';
import { sizeOf } from './gather-letters.js';
import { REPLAYS_HEADER } from './letter-headers.js';
import type { PlannedLetter } from './plan-letters.js';
import { keyText } from './scan-letters.js';

/** skipped: another operator was faster. */
export type LetterOutcome = 'replayed' | 'dropped' | 'skipped' | 'failed';

export interface LetterResult {
  readonly id: string;
  readonly outcome: LetterOutcome;
  /** Why it failed; null otherwise. */
  readonly reason: string | null;
}

export interface LetterReport {
  readonly results: readonly LetterResult[];
  /** Why a store could not be reached any more; the letters after that failed untried. */
  readonly stoppedBy: AppError | null;
}

export interface ReplayLettersOptions {
  readonly actor: string;
  /** True: also what was replayed or dropped before. */
  readonly again: boolean;
  /** Letters a second; unbounded when absent. */
  readonly rate?: number;
  /** Called after each batch. */
  readonly onProgress?: (done: number, total: number) => void;
}

type ToSend = PlannedLetter & Required<{ readonly topic: KafkaRecord['topic'] }>;

/** One transaction and one send each, within what a broker takes at once. */
const BATCH = 100;
const BATCH_BYTES = 512 * 1_024;

/**
 * Each batch is noted as begun, locked, sent, and noted as done. A process that ends between send and note leaves
 * letters begun: the next replay sends them once more, which readers of the topic take as a repeat (I7). Two
 * operators at once share the letters between them.
 * @param tools.publisher opened with the first batch
 */
export async function replayLetters(
  tools: { readonly pool: Pool; readonly publisher: () => Promise<Publisher> },
  planned: readonly PlannedLetter[],
  options: ReplayLettersOptions,
): Promise<LetterReport> {
  const todo = planned.filter(isToSend);
  const results: LetterResult[] = [];
  let stoppedBy: AppError | null = null;
  const size = Math.min(BATCH, options.rate ?? BATCH);
  const pace = options.rate === undefined ? undefined : createPace((size / options.rate) * 1_000);
  const { signal } = new AbortController();
  for (const batch of toBatches(todo, size)) {
    if (stoppedBy === null) {
      await pace?.(signal);
      try {
        results.push(...(await replayBatch(tools, batch, options)));
      } catch (thrown) {
        const error = toAppError(thrown);
        if (error.code === 'UNAVAILABLE') stoppedBy = error;
        results.push(...batch.map((one) => failed(one, error)));
      }
    } else {
      const reason = stoppedBy;
      results.push(...batch.map((one) => failed(one, reason)));
    }
    options.onProgress?.(results.length, todo.length);
  }
  return { results, stoppedBy };
}

async function replayBatch(
  tools: { readonly pool: Pool; readonly publisher: () => Promise<Publisher> },
  batch: readonly ToSend[],
  { actor, again }: ReplayLettersOptions,
): Promise<LetterResult[]> {
  const letters = batch.map(({ letter }) => letter);
  const publisher = await tools.publisher();
  await beginLetterReplay(tools.pool, letters, { actor, again });
  const sent = await withTransaction(tools.pool, async (db) => {
    const mine = new Set((await lockLetterReplay(db, letters)).map(keyText));
    const toSend = batch.filter(({ letter }) => mine.has(keyText(letter)));
    if (toSend.length === 0) return mine;
    await publisher.publishBatch(toSend.map(toRecord));
    await finishLetterReplay(
      db,
      toSend.map(({ letter }) => letter),
    );
    return mine;
  });
  return letters.map((letter) => ({
    id: letter.id,
    outcome: sent.has(keyText(letter)) ? 'replayed' : 'skipped',
    reason: null,
  }));
}

function toRecord({ letter, topic }: ToSend): KafkaRecord {
  const { key, value, headers, replays } = letter;
  return { topic, key, value, headers: { ...headers, [REPLAYS_HEADER]: String(replays + 1) } };
}

function isToSend(one: PlannedLetter): one is ToSend {
  return one.action === 'replay' && one.topic !== null;
}

function toBatches(todo: readonly ToSend[], size: number): ToSend[][] {
  const batches: ToSend[][] = [];
  let bytes = 0;
  for (const one of todo) {
    const more = sizeOf(one.letter);
    const current = batches.at(-1);
    if (current && current.length < size && bytes + more <= BATCH_BYTES) {
      current.push(one);
      bytes += more;
    } else {
      batches.push([one]);
      bytes = more;
    }
  }
  return batches;
}

function failed({ letter }: ToSend, error: AppError): LetterResult {
  return { id: letter.id, outcome: 'failed', reason: error.message };
}
