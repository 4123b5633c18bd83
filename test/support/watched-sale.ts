/** A sale over two replicas of serve with `top --json` beside it, and what the stores knew all the while. */
import { planCrowd } from '../../src/bench/load/crowd.js';
import { createApiClient } from '../../src/bench/load/http-client.js';
import { signTokens } from '../../src/bench/load/identify.js';
import { runCrowd } from '../../src/bench/load/run-crowd.js';
import { createTally, type Tally } from '../../src/bench/load/tally.js';
import type { TopSnapshot } from '../../src/cli/top/state/snapshot.js';
import { createOffsetsReader } from '../../src/core/kafka/kafka-admin.js';
import { waitForRest } from './at-rest.js';
import { startBinary } from './binary.js';
import { createPipeline, type Pipeline, type Replica } from './pipeline.js';
import { createSpace, type Space } from './space.js';
import type { LagSample } from './sale-truth.js';
import { waitFor } from './wait-for.js';

export interface WatchedShop {
  readonly space: Space;
  readonly pipeline: Pipeline;
  /** The second serve; the first is the pipeline's own. */
  readonly second: Replica;
  close(): Promise<void>;
}

export interface WatchedSale {
  readonly lines: readonly TopSnapshot[];
  readonly lag: readonly LagSample[];
  readonly tally: Tally;
  /** Exit code of the dashboard, which was ended by SIGINT. */
  readonly exitCode: number | null;
}

const DECLINED = 'declined-';
const GOODS = [
  { productId: 'tee', weight: 6, units: 100_000 },
  { productId: 'mug', weight: 3, units: 100_000 },
  { productId: 'cap', weight: 1, units: 5 },
] as const;
const LAG_EVERY_MS = 100;
/** Lines after the last order has ended, in which its second reaches the rates and leaves their window. */
const LINES_AFTERWARDS = 6;
const REST_MS = 180_000;

/** Two products of which there is plenty and one that is sold out soon; all roles run. */
export async function openWatchedShop(name: string): Promise<WatchedShop> {
  const space = await createSpace(name);
  await space.topics();
  const pipeline = await createPipeline(space, { ORDERSCTL_SIMULATED_DECLINE_USERS: DECLINED });
  await Promise.all(
    GOODS.flatMap(({ productId, units }) => [
      pipeline.json(['seed-prices', '--product', productId, '--price', '49.90 EUR']),
      pipeline.json(['seed-stock', '--product', productId, '--quantity', String(units)]),
    ]),
  );
  const [second] = await Promise.all([
    pipeline.startReplica('serve'),
    ...(['serve', 'consume', 'worker'] as const).map((role) => pipeline.start(role)),
  ]);
  return {
    space,
    pipeline,
    second,
    async close() {
      await Promise.all([pipeline.stopAll(), second.stop()]);
      await space.close();
    },
  };
}

/**
 * Buyers come as an open model, in turns to the two replicas. Ends when every order has ended and the dashboard has
 * had time to say so.
 * @param meanwhile something to do in mid-sale
 */
export async function holdWatchedSale(
  { space, pipeline, second }: WatchedShop,
  options: { readonly seconds: number; readonly buyers: number; readonly meanwhile?: () => Promise<void> },
): Promise<WatchedSale> {
  const top = startBinary(['top', '--json', '--interval', '1s'], { env: pipeline.env });
  const linesOf = () => top.stdout().split('\n').slice(0, -1);
  const watch = watchLag(space);
  const client = createApiClient(pipeline.api, second.api);
  try {
    await waitFor(() => linesOf().length > 0, { timeoutMs: 20_000, what: 'the first line of top' });
    const crowd = planCrowd({
      ...{
        seed: 7,
        buyers: options.buyers,
        rush: 0,
        rushMs: 0,
        rampMs: 0,
        durationMs: options.seconds * 1_000,
      },
      ...{ products: GOODS, who: 'buyer-', declinedPrefix: DECLINED, latePrefix: null, tooLate: false },
      shares: { abandon: 0, late: 0, cheat: 0 },
    });
    const tally = createTally();
    const { signal } = new AbortController();
    const identify = signTokens(pipeline.env['ORDERSCTL_JWT_SECRET'] ?? '');
    await Promise.all([
      runCrowd({ client, identify, forge: null, signal }, crowd, tally),
      options.meanwhile?.(),
    ]);
    await waitForRest(space, REST_MS);
    const enough = linesOf().length + LINES_AFTERWARDS;
    await waitFor(() => linesOf().length >= enough, { timeoutMs: 30_000, what: 'the last lines of top' });
    const { code } = await top.stop('SIGINT');
    const lines = linesOf().map((line) => JSON.parse(line) as TopSnapshot);
    return { lines, lag: await watch.end(), tally, exitCode: code };
  } finally {
    await top.stop('SIGKILL');
    client.close();
    await watch.end();
  }
}

/** Asks Kafka itself, more often than the dashboard does. */
function watchLag(space: Space): { end(): Promise<readonly LagSample[]> } {
  const reader = createOffsetsReader(space.config());
  const samples: LagSample[] = [];
  let open = true;
  const watching = (async () => {
    while (open) {
      const asked = Date.now();
      const partitions = await reader.read();
      const lag = partitions.reduce((sum, partition) => sum + partition.lag, 0);
      samples.push({ from: asked, until: Date.now(), lag });
      await new Promise((resolve) => setTimeout(resolve, LAG_EVERY_MS));
    }
  })();
  return {
    async end() {
      open = false;
      await watching;
      await reader.close();
      return samples;
    },
  };
}
