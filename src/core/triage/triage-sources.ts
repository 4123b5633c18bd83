/** What triage asks: each store opened when it is first asked for, and any of them may be away. */
import type { Client } from '@temporalio/client';
import type { Config } from '../config/schema.js';
import type { QueueReader } from '../kafka/find-queued.js';
import type { Log } from '../log.js';
import type { PartialAnswer } from '../partial-answer.js';
import type { Db } from '../postgres/db.js';
import type { OrdersRedis } from '../redis/create-redis.js';

export interface TriageSources {
  readonly config: Config;
  readonly log: Log;
  readonly postgres: () => Promise<Db>;
  readonly redis: () => Promise<OrdersRedis>;
  readonly queue: () => Promise<QueueReader>;
  readonly temporal: () => Promise<Client>;
  /** What a store that is away would have told is then 'unknown'. */
  readonly answer: PartialAnswer;
}
