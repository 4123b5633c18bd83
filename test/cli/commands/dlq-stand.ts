/** Dead letters as `dlq` finds them, what it says of them, and what it sent back to the topic they came from. */
import type { LetterJson } from '../../../src/core/dead-letters/letter-json.js';
import { createPublisher } from '../../../src/core/kafka/create-publisher.js';
import type { StoredMessage } from '../../../src/core/kafka/port.js';
import { readStored } from '../../../src/core/kafka/read-stored.js';
import { TOPICS } from '../../../src/core/names.js';
import { buryLetters, type Buried } from '../../support/buried-letters.js';
import { createSpace, type Space } from '../../support/space.js';
import { runCommand, runJson, runText, type RunOptions, type RunResult } from '../run-command.js';

export type Letter = LetterJson & { readonly state: string };

/** What `replay` and `drop` print. */
export interface Changed {
  readonly planned: { id: string; action: string; why: string | null; reason: string }[];
  readonly results: { id: string; outcome: string; reason: string | null }[];
  readonly more: boolean;
}

export interface DlqStand {
  readonly space: Space;
  dlq(args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** @throws when it does not succeed */
  text(...args: string[]): Promise<string>;
  /** @throws when it does not succeed */
  json<T>(args: readonly string[], options?: RunOptions): Promise<T>;
  list(...args: string[]): Promise<Letter[]>;
  bury(...letters: Buried[]): Promise<void>;
  buryMany(count: number): Promise<void>;
  /** All messages that the topic of reservations holds. */
  reservations(): Promise<StoredMessage[]>;
  /** @returns how many reservations the work has added, and all that there are then */
  newReservations(work: () => Promise<unknown>): Promise<{ count: number; messages: StoredMessage[] }>;
  /** What is on record of the operators. */
  actions(): Promise<readonly unknown[]>;
  /** After each test: letters cannot be taken out of the topic, so those that are left are dropped. */
  dealWithAll(): Promise<void>;
  close(): Promise<void>;
}

export async function createDlqStand(name: string): Promise<DlqStand> {
  const space = await createSpace(name);
  await space.topics();
  const publisher = createPublisher(space.config(), space.log);
  const here = (options: RunOptions = {}): RunOptions => ({
    ...options,
    env: { ...space.environment, ...options.env },
  });

  const stand: DlqStand = {
    space,
    dlq: (args, options) => runCommand(['dlq', ...args], here(options)),
    text: (...args) => runText(['dlq', ...args], here()),
    json: (args, options) => runJson(['dlq', ...args], here(options)),
    list: (...args) => stand.json(['list', ...args]),
    bury: (...letters) => buryLetters(publisher, space.prefix, letters),
    buryMany: (count) => stand.bury(...Array.from({ length: count }, () => ({}))),
    async reservations() {
      const messages: StoredMessage[] = [];
      await readStored(space.config(), space.log, { topic: TOPICS.reservations }, (some) => {
        messages.push(...some);
        return Promise.resolve('go-on');
      });
      return messages;
    },
    async newReservations(work) {
      const before = (await stand.reservations()).length;
      await work();
      const messages = await stand.reservations();
      return { count: messages.length - before, messages };
    },
    async actions() {
      const sql = 'select actor, command, arguments, reason, result from operator_actions';
      return (await space.pool.query(sql)).rows;
    },
    async dealWithAll() {
      await stand.text('drop', '--yes');
      await space.pool.query('delete from operator_actions');
    },
    async close() {
      await publisher.close();
      await space.close();
    },
  };
  return stand;
}
