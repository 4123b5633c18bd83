import { EventEmitter, once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEventStream, STUCK_MS, type EventStream } from '../../../src/server/orders/event-stream.js';

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

describe('an event stream over a real connection', () => {
  /** Far above what the two kernels take for a reader that is asleep. */
  const STATES = 400;
  const STATE = 'x'.repeat(64 * 1_024);
  let server: Server;
  let response: ServerResponse;
  let incoming: IncomingMessage;
  let stream: EventStream;
  beforeEach(async () => {
    server = createServer((_request, answer) => {
      response = answer;
      stream = createEventStream(answer, 0);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
    [incoming] = (await once(request, 'response')) as [IncomingMessage];
  });
  afterEach(async () => {
    incoming.destroy();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  /** Sends many large states while the reader takes none. @returns the most that ever waited in this process */
  async function overwhelm(): Promise<number> {
    let most = 0;
    for (let id = 1; id <= STATES; id += 1) {
      stream.send('change', id, STATE);
      stream.heartbeat();
      most = Math.max(most, response.writableLength);
      await new Promise(setImmediate);
    }
    return most;
  }

  it('keeps no more than one state for a reader that is asleep, which finds the newest when it wakes', async () => {
    expect(await overwhelm()).toBeLessThan(2 * STATE.length);
    stream.end();
    let text = '';
    for await (const chunk of incoming) text += String(chunk);
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
    expect(ids.at(-1)).toBe(STATES);
    expect(ids.length).toBeLessThan(STATES);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });

  it('is cut when its reader sleeps for too long', async () => {
    await overwhelm();
    const gone = once(incoming, 'aborted');
    stream.cutIfStuck(performance.now());
    expect(response.destroyed).toBe(false);
    stream.cutIfStuck(performance.now() + STUCK_MS + 1_000);
    expect(response.destroyed).toBe(true);
    incoming.resume();
    await gone;
  });
});
