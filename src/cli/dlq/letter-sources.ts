/** Where the commands about dead letters look: the topic, and what Postgres remembers of it. */
import type { Config } from '../../core/config/schema.js';
import type { LetterSources } from '../../core/dead-letters/scan-letters.js';
import { readStored } from '../../core/kafka/read-stored.js';
import type { PartialAnswer } from '../../core/partial-answer.js';
import { checkSchema } from '../../core/postgres/check-schema.js';
import { findDeadLetterActions } from '../../core/postgres/find-dead-letter-actions.js';
import type { Stores } from '../with-stores.js';

/** With Postgres away, letters are found all the same, and `answer` knows why nothing is known about them. */
export function createLetterSources(config: Config, stores: Stores, answer: PartialAnswer): LetterSources {
  let checked: Promise<void> | undefined;
  return {
    read: (options, visit) => readStored(config, stores.log, options, visit),
    findActions: (keys) =>
      answer.ask('postgres', async () => {
        const db = await stores.postgres();
        await (checked ??= checkSchema(db));
        return findDeadLetterActions(db, keys);
      }),
  };
}
