import { KafkaJSNonRetriableError, KafkaJSProtocolError, KafkaJSRequestTimeoutError } from 'kafkajs';
import { expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { isMoving, retryPassing } from '../../../src/core/kafka/retry-passing.js';

const loading = () => {
  const error = new KafkaJSProtocolError(new Error('the coordinator is loading'));
  return Object.assign(error, { retriable: true });
};
const failing = (...errors: Error[]) => {
  let tries = 0;
  const work = () => {
    const error = errors[tries];
    tries += 1;
    return error ? Promise.reject(error) : Promise.resolve('read');
  };
  return { work, tries: () => tries };
};

it('begins anew what failed by something that passes', async () => {
  const { work, tries } = failing(loading(), loading());
  expect(await retryPassing(work, { waitsMs: [1, 1, 1] })).toBe('read');
  expect(tries()).toBe(3);
});

it('gives what lasts after the last try', async () => {
  const { work, tries } = failing(...Array.from({ length: 9 }, loading));
  await expect(retryPassing(work, { waitsMs: [1, 1] })).rejects.toThrow('loading');
  expect(tries()).toBe(3);
});

it.each([
  ['of the client that will not pass', new KafkaJSNonRetriableError('no')],
  ['of whoever takes the messages', new AppError('UNAVAILABLE', 'PostgreSQL is away')],
])('gives an error %s at once', async (_whose, error) => {
  const { work, tries } = failing(error);
  await expect(retryPassing(work, { waitsMs: [1] })).rejects.toBe(error);
  expect(tries()).toBe(1);
});

it('waits for a coordinator that moves, not for a broker that hangs, where it is told so', async () => {
  const moved = failing(loading());
  expect(await retryPassing(moved.work, { passes: isMoving, waitsMs: [1] })).toBe('read');
  const timeOut = new KafkaJSRequestTimeoutError('no answer', {
    broker: 'b',
    clientId: 'c',
    correlationId: 1,
    createdAt: 0,
    sentAt: 0,
    pendingDuration: 0,
  });
  const hung = failing(timeOut);
  await expect(retryPassing(hung.work, { passes: isMoving, waitsMs: [1] })).rejects.toBe(timeOut);
  expect(hung.tries()).toBe(1);
});
