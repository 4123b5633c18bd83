import { afterEach, expect, inject, it } from 'vitest';
import { createSilentLog } from '../../../src/core/log.js';
import {
  closeRedis,
  createRedis,
  pingRedis,
  waitForRedis,
  type OrdersRedis,
  type RedisPurpose,
} from '../../../src/core/redis/create-redis.js';
import { readTotals } from '../../../src/core/redis/read-totals.js';
import { toRedisError } from '../../../src/core/redis/redis-errors.js';
import { freePort } from '../../support/pipeline.js';

const opened: OrdersRedis[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(closeRedis));
});

function open(purpose: RedisPurpose, url = inject('stack').redisUrl): OrdersRedis {
  const redis = createRedis({ url, purpose, applicationName: 'ordersctl test' }, createSilentLog());
  opened.push(redis);
  return redis;
}
const nowhere = async () => `redis://127.0.0.1:${await freePort()}`;

it('lets an operator command wait for the connection', async () => {
  await pingRedis(open('operator'));
});

it('fails an operator command as unreachable when nothing listens, with what to do', async () => {
  const redis = open('operator', await nowhere());
  await expect(readTotals(redis, '', 'p')).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    exitCode: 5,
    hint: expect.stringContaining('REDIS_URL') as string,
  });
});

it('refuses commands of the order path until it is ready', async () => {
  const redis = open('orders');
  await expect(pingRedis(redis)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await waitForRedis(redis, 5_000);
  await pingRedis(redis);
});

it('stops waiting for a Redis that does not come', async () => {
  const redis = open('orders', await nowhere());
  await expect(waitForRedis(redis, 50)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

it('stops waiting when it is closed', async () => {
  const redis = open('orders', await nowhere());
  const waiting = expect(waitForRedis(redis, 5_000)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await closeRedis(redis);
  await waiting;
});

it('names itself to the server', async () => {
  const redis = open('operator');
  expect(await redis.client('GETNAME')).toBe('ordersctl-test');
});

it('tells a Redis that cannot serve now from a command that is wrong', async () => {
  const redis = open('operator');
  const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });
  expect(toRedisError(reply('LOADING Redis is loading the dataset in memory')).code).toBe('UNAVAILABLE');
  expect(toRedisError(reply('READONLY You can’t write against a read only replica.')).code).toBe(
    'UNAVAILABLE',
  );
  const wrong: unknown = await redis.call('GET').catch((error: unknown) => error);
  expect(toRedisError(wrong)).toMatchObject({ code: 'INTERNAL', cause: wrong });
});
