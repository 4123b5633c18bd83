import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TopSnapshot } from '../../src/cli/top/state/snapshot.js';
import { ADDRESS_VARIABLE, SERVICE_NAMES, type ServiceName } from '../../src/dev/service-names.js';
import { kafka } from '../../src/dev/services/kafka.js';
import { postgres } from '../../src/dev/services/postgres.js';
import { redis } from '../../src/dev/services/redis.js';
import { temporal } from '../../src/dev/services/temporal.js';
import { REPOSITORY, runBinary, startBinary, type RunningBinary } from '../support/binary.js';
import { startOwnServer, type OwnServer } from '../support/own-server.js';
import { hasTerminal, openTerminal, type Terminal } from '../support/terminal.js';
import { waitFor } from '../support/wait-for.js';

const TOP = `${process.execPath} ${join(REPOSITORY, 'bin/ordersctl.js')} top --interval 1s`;
/** A poll, its time-out and a busy machine. */
const FRESH_MS = 6_000;

/** A broker that was killed is let back in when its last session has run out; a busy machine must keep one up all the same. */
const SESSIONS = 'broker.session.timeout.ms=6000\nbroker.heartbeat.interval.ms=1000\n';

/** One of the stores, and how it is made to go. */
interface Faulty extends Pick<OwnServer, 'freeze' | 'thaw' | 'start' | 'close'> {
  readonly address: string;
  kill(): Promise<void>;
}

const killable = (server: OwnServer, signal: NodeJS.Signals): Faulty => ({
  ...server,
  kill: () => server.endBy(signal),
});

/** Every fault is seen by a dashboard in a terminal and by one that prints JSON. */
describe.skipIf(!hasTerminal())('top while its stores are away', { timeout: 5 * 60_000 }, () => {
  let servers: Readonly<Record<ServiceName, Faulty>>;
  let terminal: Terminal;
  let json: RunningBinary;
  const newest = (): TopSnapshot => {
    const line = json.stdout().split('\n').at(-2);
    if (line === undefined) throw new Error('no line yet');
    return JSON.parse(line) as TopSnapshot;
  };
  const until = (what: string, check: (snapshot: TopSnapshot) => boolean) =>
    waitFor(
      () => {
        const snapshot = newest();
        return check(snapshot) ? snapshot : undefined;
      },
      { timeoutMs: 120_000, intervalMs: 100, what },
    );
  const hasFrame = (lines: readonly string[]) =>
    lines[0]?.includes('ordersctl top') === true && lines.some((line) => line.includes('q quit'));
  const showsProduct = (lines: readonly string[]) =>
    hasFrame(lines) && lines.some((line) => line.includes('tee'));
  const saysAway = (name: ServiceName) => (lines: readonly string[]) =>
    hasFrame(lines) && lines.some((line) => new RegExp(`${name} (away|failing) for \\d+`).test(line));
  const isWhole = (snapshot: TopSnapshot) =>
    SERVICE_NAMES.every((name) => snapshot.sources[name].state === 'answered');

  const isFresh = ({ sources }: TopSnapshot, name: ServiceName) =>
    sources[name].state === 'answered' && (sources[name].ageMs ?? Infinity) < FRESH_MS;

  beforeAll(async () => {
    const [ownPostgres, ownRedis, ownKafka, ownTemporal] = await Promise.all([
      startOwnServer(postgres, { durable: true }),
      startOwnServer(redis),
      startOwnServer(kafka, {
        prepared({ dataFolder }) {
          appendFileSync(`${dataFolder}.properties`, SESSIONS);
          return Promise.resolve();
        },
      }),
      startOwnServer(temporal),
    ]);
    servers = {
      // An immediate shutdown: killed, it would leave its shared memory behind.
      postgres: killable(ownPostgres, 'SIGQUIT'),
      redis: killable(ownRedis, 'SIGKILL'),
      kafka: killable(ownKafka, 'SIGKILL'),
      temporal: killable(ownTemporal, 'SIGKILL'),
    };
    const env = Object.fromEntries(
      SERVICE_NAMES.map((name) => [ADDRESS_VARIABLE[name], servers[name].address]),
    );
    // The first connections of a young broker may be closed again on a busy machine.
    await waitFor(async () => (await runBinary(['migrate'], { env, timeoutMs: 60_000 })).code === 0, {
      ...{ timeoutMs: 180_000, what: 'tables and topics' },
    });
    const seeding = ['seed-stock', '--product', 'tee', '--quantity', '40'];
    expect((await runBinary(seeding, { env })).code).toBe(0);
    terminal = openTerminal(120, 40, env);
    terminal.type(TOP);
    json = startBinary(['top', '--json', '--interval', '1s'], { env });
    await until('all stores to answer', isWhole);
    await terminal.until('the product on the dashboard', showsProduct);
  }, 300_000);
  afterAll(async () => {
    const { code } = await json.stop('SIGINT');
    terminal.press('q');
    terminal.close();
    await Promise.all(Object.values(servers).map((one) => one.close()));
    expect(code).toBe(130);
  }, 120_000);

  /** The others go on, the units stay on the screen, and all is well again once the store is back. */
  async function expectOutage(name: ServiceName, begin: () => Promise<void>, end: () => Promise<void>) {
    await until('all stores to answer before', isWhole);
    const begunAt = Date.now();
    await begin();
    try {
      const down = await until(
        `${name} to be told as away`,
        (seen) => seen.sources[name].state === 'failing',
      );
      const since = Date.parse(down.sources[name].since ?? '');
      expect(since).toBeGreaterThanOrEqual(begunAt - 1_000);
      expect(since).toBeLessThanOrEqual(Date.parse(down.at));
      await terminal.until(`${name} on the screen as away`, saysAway(name));
      const later = await until(`the others to be fresh without ${name}`, (seen) => {
        const isLater = Date.parse(seen.at) >= Date.parse(down.at) + 5_000;
        return isLater && SERVICE_NAMES.every((one) => one === name || isFresh(seen, one));
      });
      expect(later.sources[name]).toMatchObject({ state: 'failing', since: down.sources[name].since });
      expect(later.products).toMatchObject([{ productId: 'tee', available: 40 }]);
      expect(showsProduct(terminal.screen())).toBe(true);
    } finally {
      await end();
    }
    const back = await until(`${name} to be back`, isWhole);
    expect(back.sources[name]).toMatchObject({ since: null, code: null });
    await terminal.until(
      `${name} on the screen as back`,
      (lines) => hasFrame(lines) && !saysAway(name)(lines),
    );
  }

  it.each(SERVICE_NAMES)('shows since when %s is gone, keeps the rest, and goes on when it is back', (name) =>
    expectOutage(
      name,
      () => servers[name].kill(),
      () => servers[name].start(),
    ),
  );

  // PostgreSQL works on when only its first process stands still.
  it.each(['redis', 'kafka', 'temporal'] as const)('shows the same when %s does not move', (name) =>
    expectOutage(
      name,
      () => Promise.resolve(servers[name].freeze()),
      () => Promise.resolve(servers[name].thaw()),
    ),
  );
});
