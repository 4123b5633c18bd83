import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OutboxRecord } from '../../src/core/outbox/record.js';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';
import { createConsumeStand, type ConsumeStand, type Consuming } from './consume-stand.js';

describe('consume interrupted in mid-batch', { timeout: 40_000 }, () => {
  let stand: ConsumeStand;
  let proxy: TcpProxy;

  beforeAll(async () => {
    stand = await createConsumeStand('interruptions');
    const [host = '', port = ''] = stand.space.config().temporalAddress.split(':');
    proxy = await createTcpProxy({ host, port: Number(port) });
  });
  afterEach(async () => {
    proxy.resume();
    await stand.endAll();
  });
  afterAll(async () => {
    await stand.close();
    await proxy.close();
  });

  const start = () => stand.start({ temporalAddress: `127.0.0.1:${proxy.port}` });
  const allStarted = (records: readonly OutboxRecord[]) =>
    waitFor(async () => (await stand.runIds(records)).every(Boolean), { what: 'all sagas to run' });
  const readiness = async (role: Consuming) => {
    const answer = await fetch(`http://127.0.0.1:${role.adminPort}/readyz?verbose`);
    return { status: answer.status, text: await answer.text() };
  };

  it('finishes the chunks in hand and commits them when it is told to end', async () => {
    const role = await start();
    const records = await stand.accept(45);
    proxy.hold();
    await stand.publish(records);
    // Started, but it has not heard of it: the chunks are in hand.
    await allStarted(records);
    expect(proxy.fired, 'the fault must have fired').toBeGreaterThan(0);
    expect(await stand.lag()).toBe(45);

    const ended = role.end();
    proxy.resume();
    await ended;
    expect(await stand.lag()).toBe(0);

    const next = await start();
    const more = await stand.accept(5);
    await stand.publish(more);
    await stand.waitForAll(more);
    expect(await next.counts()).toMatchObject({ started: 5 });
    expect((await next.counts())['skipped']).toBeUndefined();
  });

  it('holds partitions and offsets while Temporal is away, says so, and goes on by itself', async () => {
    const role = await start();
    await stand.publish(await stand.accept(3));
    await waitFor(async () => (await stand.lag()) === 0, { what: 'the first orders' });
    const before = await role.counts();
    expect((await readiness(role)).status).toBe(200);

    proxy.cut();
    const records = await stand.accept(60);
    await stand.publish(records);
    await waitFor(async () => (await role.metric('consumer_waiting_partitions')) > 0, {
      timeoutMs: 20_000,
      what: 'a partition to wait',
    });
    expect(proxy.fired, 'the fault must have fired').toBeGreaterThan(0);
    expect(await stand.lag()).toBe(60);
    const { status, text } = await readiness(role);
    expect(status, 'a store that is away is reported, not a reason to leave').toBe(200);
    expect(text).toMatch(/partition \d: Temporal does not answer/);

    proxy.resume();
    await stand.waitForAll(records);
    await waitFor(async () => (await role.metric('consumer_waiting_partitions')) === 0, { what: 'no wait' });
    expect((await role.counts())['started']).toBe((before['started'] ?? 0) + 60);
    expect((await role.counts())['dead_lettered']).toBeUndefined();
  });
});
