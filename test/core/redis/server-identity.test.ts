import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSilentLog } from '../../../src/core/log.js';
import { createRedis, type OrdersRedis } from '../../../src/core/redis/create-redis.js';
import { readServerIdentity } from '../../../src/core/redis/server-identity.js';
import { startOwnRedis, type OwnRedis } from '../../support/own-redis.js';
import { waitFor } from '../../support/wait-for.js';

let server: OwnRedis;
let redis: OrdersRedis;
beforeAll(async () => {
  server = await startOwnRedis();
  redis = createRedis(
    { url: server.url, purpose: 'operator', applicationName: 'ordersctl-test' },
    createSilentLog(),
  );
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

it('stays the same over a reconnect, and changes with a restart', async () => {
  const first = await readServerIdentity(redis);
  expect(first).toMatch(/^[0-9a-f]{40}\/[0-9a-f]{40}$/);
  redis.disconnect(true);
  expect(await waitFor(() => readServerIdentity(redis), { what: 'the connection' })).toBe(first);
  await server.kill();
  await server.start();
  expect(await waitFor(() => readServerIdentity(redis), { what: 'the connection' })).not.toBe(first);
});

it('changes with a promotion, and a replica has none', async () => {
  const first = await readServerIdentity(redis);
  // A primary that does not answer is enough to be a replica of it.
  await redis.replicaof('127.0.0.1', 1);
  await expect(readServerIdentity(redis)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await redis.replicaof('NO', 'ONE');
  const promoted = await readServerIdentity(redis);
  expect(promoted?.split('/')[0]).toBe(first?.split('/')[0]);
  expect(promoted).not.toBe(first);
});

it('is unknown to a user who may not ask', async () => {
  await redis.acl('SETUSER', 'buyer', 'on', '>secret', '~*', '+@all', '-info');
  const url = server.url.replace('redis://', 'redis://buyer:secret@');
  const buyer = createRedis(
    { url, purpose: 'operator', applicationName: 'ordersctl-test' },
    createSilentLog(),
  );
  try {
    expect(await readServerIdentity(buyer)).toBeNull();
  } finally {
    buyer.disconnect();
  }
});
