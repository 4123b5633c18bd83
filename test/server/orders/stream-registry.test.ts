import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import type { EventStream } from '../../../src/server/orders/event-stream.js';
import { createStreamRegistry, type StreamRegistry } from '../../../src/server/orders/stream-registry.js';

function makeStream() {
  const told: string[] = [];
  const stream: EventStream = {
    send: () => undefined,
    heartbeat: () => void told.push('heartbeat'),
    end: () => void told.push('end'),
    cutIfStuck: () => void told.push('look'),
  };
  return { stream, times: (what: string) => told.filter((one) => one === what).length };
}

describe('the registry of event streams', () => {
  let streams: StreamRegistry;
  beforeEach(() => {
    vi.useFakeTimers();
    streams = createStreamRegistry({ maxStreams: 3, maxPerUser: 2 });
    streams.start();
  });
  afterEach(() => {
    streams.close();
    vi.useRealTimers();
  });

  const refusalOf = (userId: string) => {
    try {
      streams.enter(userId)();
    } catch (error) {
      return error instanceof AppError ? error.code : String(error);
    }
    return 'entered';
  };

  it('beats every open stream each 15 s and looks for stuck ones each second, until it is forgotten', () => {
    const [one, other] = [makeStream(), makeStream()];
    streams.keep(one.stream);
    const forget = streams.keep(other.stream);
    vi.advanceTimersByTime(45_000);
    expect([one.times('heartbeat'), other.times('heartbeat')]).toEqual([3, 3]);
    expect([one.times('look'), other.times('look')]).toEqual([45, 45]);
    forget();
    vi.advanceTimersByTime(15_000);
    expect([one.times('heartbeat'), other.times('heartbeat')]).toEqual([4, 3]);
    expect(streams.count()).toBe(1);
  });

  it('has a bound for each customer and one for all, and a place is given back once', () => {
    const leave = streams.enter('ada');
    streams.enter('ada');
    expect(refusalOf('ada')).toBe('RATE_LIMITED');
    streams.enter('bob');
    expect(refusalOf('eve')).toBe('OVERLOADED');
    leave();
    leave();
    streams.enter('ada');
    expect(refusalOf('ada')).toBe('OVERLOADED');
  });

  it('ends every stream and refuses new ones when it closes, and beats no more', () => {
    const { stream, times } = makeStream();
    streams.keep(stream);
    streams.close();
    expect(times('end')).toBe(1);
    expect(refusalOf('ada')).toBe('DRAINING');
    vi.advanceTimersByTime(60_000);
    expect([times('heartbeat'), times('look')]).toEqual([0, 0]);
  });
});
