import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createEventStream, STUCK_MS } from '../../../src/server/orders/event-stream.js';

/** A response whose reader takes as much as it is told to. */
class FakeResponse extends EventEmitter {
  readonly written: string[] = [];
  hasRoom = true;
  ended = false;
  destroyed = false;
  writeHead(): void {}
  write(text: string): boolean {
    this.written.push(text);
    return this.hasRoom;
  }
  end(): void {
    this.ended = true;
  }
  destroy(): void {
    this.destroyed = true;
  }
  ids(): number[] {
    return this.written.flatMap((text) => /^id: (\d+)$/m.exec(text)?.slice(1).map(Number) ?? []);
  }
}

function open(seen = 0) {
  const response = new FakeResponse();
  return { response, stream: createEventStream(response as unknown as ServerResponse, seen) };
}

describe('an event stream', () => {
  it('drops every state that is not newer than the last one, counting what the reader had before', () => {
    const { response, stream } = open(3);
    for (const id of [1, 3, 4, 4, 2, 6, 5]) stream.send('change', id, {});
    expect(response.ids()).toEqual([4, 6]);
  });

  it('keeps one state for a slow reader, the newest, and sends it when there is room', () => {
    const { response, stream } = open();
    response.hasRoom = false;
    for (let id = 1; id <= 1_000; id += 1) stream.send('change', id, {});
    stream.heartbeat();
    expect(response.ids()).toEqual([1]);
    response.hasRoom = true;
    response.emit('drain');
    expect(response.ids()).toEqual([1, 1_000]);
  });

  it('ends only after a kept state has gone out', () => {
    const { response, stream } = open();
    response.hasRoom = false;
    stream.send('change', 1, {});
    stream.send('change', 2, {});
    stream.end();
    expect(response.ended).toBe(false);
    response.emit('drain');
    expect([response.ids(), response.ended]).toEqual([[1, 2], true]);
  });

  it('cuts off a reader that takes nothing for long, and no other', () => {
    const { response, stream } = open();
    stream.cutIfStuck(performance.now() + 10 * STUCK_MS);
    response.hasRoom = false;
    stream.send('change', 1, {});
    stream.cutIfStuck(performance.now() + STUCK_MS / 2);
    expect(response.destroyed).toBe(false);
    stream.cutIfStuck(performance.now() + STUCK_MS + 1_000);
    expect(response.destroyed).toBe(true);
  });
});
