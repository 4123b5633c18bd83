import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createSilentLog } from '../../../src/core/log.js';
import { createRedis, type OrdersRedis } from '../../../src/core/redis/create-redis.js';
import { orderChangesChannel } from '../../../src/core/redis/keys.js';
import {
  publishOrderChanges,
  subscribeOrderChanges,
  type OrderChange,
} from '../../../src/core/redis/order-changes.js';
import { waitFor } from '../../support/wait-for.js';
import { createRedisSpace, type RedisSpace } from './redis-space.js';

let space: RedisSpace;
let subscriber: OrdersRedis;
beforeAll(() => {
  space = createRedisSpace();
  const options = { url: inject('stack').redisUrl, purpose: 'subscriber', applicationName: 'test' } as const;
  subscriber = createRedis(options, createSilentLog());
});
afterAll(async () => {
  subscriber.disconnect();
  await space.close();
});

const change = (version = 1): OrderChange => ({ orderId: randomUUID(), version, status: 'PENDING' });

it('hands every change to the listener in order, and drops messages that are not ours', async () => {
  const heard: OrderChange[] = [];
  const stop = await subscribeOrderChanges(subscriber, space.prefix, (changes) => heard.push(...changes));
  const sent = Array.from({ length: 1_200 }, (_, index) => change(index + 1));

  await space.redis.publish(orderChangesChannel(space.prefix), 'not json');
  await space.redis.publish(orderChangesChannel(space.prefix), '[{"orderId":1}]');
  await publishOrderChanges(space.redis, space.prefix, sent);

  await waitFor(() => heard.length >= sent.length, { what: 'all changes to arrive' });
  expect(heard).toEqual(sent);
  await stop();
});

it('hears nothing of another prefix, nor after it was stopped', async () => {
  const heard: OrderChange[] = [];
  const stop = await subscribeOrderChanges(subscriber, space.prefix, (changes) => heard.push(...changes));
  await publishOrderChanges(space.redis, `${space.prefix}-other`, [change()]);
  const own = change(9);
  await publishOrderChanges(space.redis, space.prefix, [own]);
  await waitFor(() => heard.length > 0, { what: 'our own change' });
  expect(heard).toEqual([own]);

  await stop();
  expect(await space.redis.publish(orderChangesChannel(space.prefix), JSON.stringify([change()]))).toBe(0);
});

it('subscribes again by itself after its connection was cut', async () => {
  const heard: OrderChange[] = [];
  const stop = await subscribeOrderChanges(subscriber, space.prefix, (changes) => heard.push(...changes));
  subscriber.disconnect(true);
  const sent = change();
  await waitFor(
    async () => {
      await publishOrderChanges(space.redis, space.prefix, [sent]);
      return heard.length > 0;
    },
    { what: 'a change after the reconnect' },
  );
  expect(heard[0]).toEqual(sent);
  await stop();
});
