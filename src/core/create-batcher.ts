/** Turns single calls into set-based ones: one batch in flight, and the next takes whatever has queued meanwhile. */
import { AppError } from './errors.js';

export interface BatcherOptions<Input, Output> {
  /** Names the queue in errors. */
  readonly name: string;
  /** What makes two inputs the same thing: they never share a batch. */
  readonly keyOf: (input: Input) => string;
  /** Handles a whole batch; must give an output for every key. Safe to run again for the same inputs. */
  readonly run: (inputs: readonly Input[]) => Promise<ReadonlyMap<string, Output>>;
  readonly maxBatch: number;
  /** Calls that may wait; further ones are refused as OVERLOADED. */
  readonly maxQueue: number;
}

export type Batcher<Input, Output> = (input: Input) => Promise<Output>;

interface Waiting<Input, Output> {
  readonly input: Input;
  readonly resolve: (output: Output) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Forty single endings at once cut the accepts of a sale to a twentieth; in batches of 200 they hardly show.
 * A batch that fails because of its content is split, so that one bad row harms no neighbour; one that fails
 * because the store is away fails as a whole, since splitting would only ask the absent store more often.
 */
export function createBatcher<Input, Output>(options: BatcherOptions<Input, Output>): Batcher<Input, Output> {
  let queue: Waiting<Input, Output>[] = [];
  let flying = false;

  async function fly(): Promise<void> {
    if (flying) return;
    flying = true;
    try {
      // Calls of the same turn of the event loop share the first batch.
      await new Promise((resolve) => setImmediate(resolve));
      while (queue.length > 0) await settle(takeBatch());
    } finally {
      flying = false;
    }
  }

  function takeBatch(): Waiting<Input, Output>[] {
    const batch = new Map<string, Waiting<Input, Output>>();
    const left: Waiting<Input, Output>[] = [];
    for (const one of queue) {
      const key = options.keyOf(one.input);
      if (batch.size < options.maxBatch && !batch.has(key)) batch.set(key, one);
      else left.push(one);
    }
    queue = left;
    return [...batch.values()];
  }

  async function settle(batch: readonly Waiting<Input, Output>[]): Promise<void> {
    try {
      const outputs = await options.run(batch.map((one) => one.input));
      for (const one of batch) answer(one, outputs.get(options.keyOf(one.input)));
    } catch (error) {
      if (batch.length === 1 || isStoreAway(error)) {
        for (const one of batch) one.reject(error);
        return;
      }
      const half = Math.ceil(batch.length / 2);
      await settle(batch.slice(0, half));
      await settle(batch.slice(half));
    }
  }

  function answer(one: Waiting<Input, Output>, output: Output | undefined): void {
    if (output !== undefined) return one.resolve(output);
    const key = options.keyOf(one.input);
    one.reject(
      new AppError('ORDER_NOT_FOUND', `${options.name}: ${key} does not exist`, { context: { key } }),
    );
  }

  return (input) =>
    new Promise((resolve, reject) => {
      if (queue.length >= options.maxQueue) {
        return reject(new AppError('OVERLOADED', `${options.name}: ${queue.length} calls wait already`));
      }
      queue.push({ input, resolve, reject });
      void fly();
    });
}

function isStoreAway(error: unknown): boolean {
  return error instanceof AppError && error.retryable;
}
