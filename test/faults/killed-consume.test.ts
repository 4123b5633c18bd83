import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsumeStand, type ConsumeStand } from '../consumer/consume-stand.js';
import { startBinary } from '../support/binary.js';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

describe('consume killed after it has started sagas, before it has committed', { timeout: 60_000 }, () => {
  let stand: ConsumeStand;
  let proxy: TcpProxy;

  beforeAll(async () => {
    stand = await createConsumeStand('killed-consume');
    const [host = '', port = ''] = stand.space.config().temporalAddress.split(':');
    proxy = await createTcpProxy({ host, port: Number(port) });
  });
  afterAll(async () => {
    await stand.close();
    await proxy.close();
  });

  it('has them found again by the next replica, which starts none a second time', async () => {
    const victim = startBinary(['consume'], {
      env: { ...stand.space.environment, TEMPORAL_ADDRESS: `127.0.0.1:${proxy.port}` },
    });
    const first = await stand.accept(3);
    await stand.publish(first);
    await waitFor(async () => (await stand.lag()) === 0, { timeoutMs: 20_000, what: 'the first orders' });

    // Temporal starts them, and its answers do not arrive: nothing can be committed.
    proxy.hold();
    const records = await stand.accept(60);
    await stand.publish(records);
    await waitFor(async () => (await stand.runIds(records)).every(Boolean), { what: 'all sagas to run' });
    const { signal } = await victim.stop('SIGKILL');
    expect(signal, 'the fault must have fired').toBe('SIGKILL');
    expect(await stand.lag()).toBe(60);
    const runIds = await stand.runIds(records);

    const next = await stand.start();
    await stand.waitForAll(records);
    expect(await stand.runIds(records)).toEqual(runIds);
    const { started, skipped } = await next.counts();
    expect({ started, skipped }).toEqual({ started: undefined, skipped: 60 });
    const { rows } = await stand.space.pool.query<{ tracked: number }>(
      `select count(*)::int as tracked from order_events where version = 2`,
    );
    expect(rows).toEqual([{ tracked: 63 }]);
  });
});
